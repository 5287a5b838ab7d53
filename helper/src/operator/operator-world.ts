import type { ACMClient } from '@aws-sdk/client-acm';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { EFSClient } from '@aws-sdk/client-efs';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { STSClient } from '@aws-sdk/client-sts';
import type { AwsOptions } from '../aws/client-config.ts';
import type { HostProcess } from '../cli/host-process.ts';
import type { Aws, World } from '../world.ts';
import type { OperatorEvent } from './operator-events.ts';

/** The AWS clients of the operator's commands: those of the steps, and those that only the set-up needs. */
export interface OperatorAws extends Aws {
  readonly cloudFormation: CloudFormationClient;
  readonly route53: Route53Client;
  readonly acm: ACMClient;
  readonly efs: EFSClient;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly quotas: ServiceQuotasClient;
}

/** All outside of the process that an operator's command may touch. It is a World too, so that it can build images. */
export interface OperatorWorld extends Omit<World, 'aws' | 'report'> {
  readonly aws: OperatorAws;
  readonly report: (event: OperatorEvent) => void;
}

/** What a call to AWS needs: the clients, and the signal that aborts it. */
export type AwsAccess = Pick<OperatorWorld, 'aws' | 'signal'>;

/** The CloudFormation templates in `infrastructure/`. */
export type TemplateName = 'network' | 'builder' | 'jenkins' | 'service';

/** The text of each template. */
export type TemplateTexts = Readonly<Record<TemplateName, string>>;

/** The process that runs an operator's command. */
export interface OperatorHost extends HostProcess {
  readonly templates: TemplateTexts;
  /** Folder of the controller's image, absolute. */
  readonly controller: string;
  createOperatorAws(options: AwsOptions): OperatorAws;
}
