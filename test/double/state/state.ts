import type { JsonObject } from '../json-values.ts';
import { CloudFormation } from './cloudformation.ts';
import { Ec2 } from './ec2.ts';
import { Ecr } from './ecr.ts';
import { Ecs } from './ecs.ts';
import { Elbv2 } from './elbv2.ts';
import { Iam } from './iam.ts';
import { Logs } from './logs.ts';
import type { Place } from './place.ts';
import { Quotas } from './quotas.ts';
import { S3 } from './s3.ts';
import { Secrets } from './secrets.ts';
import { Ssm } from './ssm.ts';

/** Everything that the double knows. Tests fill and script the part of each service. */
export class State {
  readonly logs: Logs;
  readonly ecs: Ecs;
  readonly s3: S3;
  readonly ssm: Ssm;
  readonly ecr: Ecr;
  readonly secrets: Secrets;
  readonly elbv2: Elbv2;
  readonly cloudFormation: CloudFormation;
  readonly route53: { zones: { id: string; name: string; isPrivate: boolean }[] } = { zones: [] };
  /** File systems without mount targets. */
  readonly efs = { fileSystems: new Set<string>() };
  /** Certificates by ARN, in the shape of the answer. */
  readonly acm = { certificates: new Map<string, JsonObject>() };
  readonly ec2 = new Ec2();
  readonly iam: Iam;
  readonly quotas = new Quotas();
  /** How often a role was assumed, and the caller if it is not a session of the role `ci`. */
  readonly sts: { assumed: number; caller?: string } = { assumed: 0 };

  constructor(readonly place: Place) {
    this.logs = new Logs(place);
    this.ecs = new Ecs(place, this.logs);
    this.s3 = new S3(place);
    this.ssm = new Ssm(place);
    this.ecr = new Ecr(place);
    this.secrets = new Secrets(place);
    this.elbv2 = new Elbv2(place);
    this.cloudFormation = new CloudFormation(place);
    this.iam = new Iam(place);
  }

  /** Lets everything happen that needs only time, and is due by now. */
  settle(): void {
    this.ecs.services.settle();
    this.cloudFormation.settle();
  }
}
