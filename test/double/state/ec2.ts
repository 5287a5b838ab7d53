import type { JsonObject } from '../json-values.ts';

/** EC2's networks. Each thing has the shape that its Describe action answers. */
export class Ec2 {
  /** Whether tasks have public addresses. */
  publicAddresses = true;
  readonly vpcs: JsonObject[] = [];
  readonly subnets: JsonObject[] = [];
  readonly routeTables: JsonObject[] = [];
  readonly endpoints: JsonObject[] = [];
  readonly securityGroups: JsonObject[] = [];
}
