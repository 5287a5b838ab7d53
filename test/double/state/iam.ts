import { AwsError } from '../errors.ts';
import type { Place } from './place.ts';

/** IAM's decision on an action. `on` is a part of the resource's ARN. */
export interface IamDecision {
  action: string;
  on?: string;
  decision: 'explicitDeny' | 'implicitDeny';
  /** The context keys that a policy needs and the request lacks. */
  missing?: readonly string[];
  /** True if the policies of the organization are the reason. */
  byOrganization?: boolean;
  byBoundary?: boolean;
}

/** IAM: roles by name, and the decisions of simulations. Everything is allowed unless a test refuses it. */
export class Iam {
  /** Managed policies: JSON by ARN. */
  readonly policies = new Map<string, string>();
  readonly #roles = new Map<string, string>();
  readonly refusals: IamDecision[] = [];

  constructor(private readonly place: Place) {}

  /** Makes a role and returns its ARN: `createRole('ci', '/teams/a/')`. Default of the path: `/`. */
  createRole(name: string, path = '/'): string {
    const arn = `arn:aws:iam::${this.place.account}:role${path}${name}`;
    this.#roles.set(name, arn);
    return arn;
  }

  deleteRole(name: string): void {
    this.#roles.delete(name);
  }

  hasRole(name: string): boolean {
    return this.#roles.has(name);
  }

  /** The role's ARN. Throws NoSuchEntity. */
  role(name: string): string {
    const arn = this.#roles.get(name);
    if (arn === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
    return arn;
  }

  /** Throws NoSuchEntity for a role that does not exist. Every user exists. */
  checkPrincipal(arn: string): void {
    if (arn.includes(':role/') && ![...this.#roles.values()].includes(arn)) {
      throw noSuchEntity(`Role ${arn} does not exist`);
    }
  }

  /** From now on simulations refuse this action. */
  refuse(action: string, refusal: Partial<Omit<IamDecision, 'action'>> = {}): void {
    this.refusals.push({ action, decision: 'implicitDeny', ...refusal });
  }
}

const noSuchEntity = (message: string) => new AwsError('NoSuchEntity', message, 404);
