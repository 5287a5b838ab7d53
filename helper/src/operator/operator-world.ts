import type { ACMClient } from '@aws-sdk/client-acm';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { EFSClient } from '@aws-sdk/client-efs';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { STSClient } from '@aws-sdk/client-sts';
import type { AwsOptions } from '../aws/client-config.ts';
import type { HostProcess } from '../cli/host-process.ts';
import type { Event } from '../report/events.ts';
import type { Aws, World } from '../world.ts';
import type { InfraEvent } from './render-operator-event.ts';
import type { TemplateTexts } from './stack/templates.ts';

/** The AWS clients of the operator's commands: those of the steps, and those that only whoever sets things up needs. */
export interface OperatorAws extends Aws {
  readonly cloudFormation: CloudFormationClient;
  readonly route53: Route53Client;
  readonly acm: ACMClient;
  readonly efs: EFSClient;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly quotas: ServiceQuotasClient;
}

export type OperatorEvent = Event | InfraEvent;

/** Everything outside the process that an operator's command may touch; a World, so that it can build images too. */
export interface OperatorWorld extends Omit<World, 'aws' | 'report'> {
  readonly aws: OperatorAws;
  readonly report: (event: OperatorEvent) => void;
}

/** The process that runs an operator's command. */
export interface OperatorHost extends HostProcess {
  readonly templates: Templates;
  /** Folder of the controller's image, absolute. */
  readonly controller: string;
  createOperatorAws(options: AwsOptions): OperatorAws;
}
