import type { ServiceName } from './action.ts';
import { AwsError } from './errors.ts';
import type { JsonObject } from './json-values.ts';

/** What goes wrong on the wire. With `effect` the action still takes effect, although its answer is lost. */
export type Fault =
  | { kind: 'throttle' }
  | { kind: 'server-error'; effect?: boolean }
  | { kind: 'reset'; effect?: boolean }
  /** The answer breaks off in the middle; the action took effect. */
  | { kind: 'half' }
  /** A proxy passes on half of the answer as if it were the whole one; with `none` it passes on nothing. The action took effect. */
  | { kind: 'cut'; none?: boolean }
  /** A proxy answers in place of AWS, in HTML; the action took effect. */
  | { kind: 'gateway' }
  /** There is no answer. The request ends when the client gives up. */
  | { kind: 'hang'; effect?: boolean }
  /** The action happens, and is answered, this many ms of virtual time later. */
  | { kind: 'delay'; ms: number }
  /** A read gets the answer that the same read got last time: eventual consistency. */
  | { kind: 'stale' }
  | { kind: 'access-denied'; message?: string }
  | { kind: 'expired-token' }
  | { kind: 'error'; code: string; message?: string; status?: number; fields?: JsonObject; effect?: boolean };

/** Which requests a fault meets. */
export interface FaultRule {
  /** Name of the action, e.g. `RunTask`; `*` for all. */
  action: string;
  service?: ServiceName;
  fault: Fault;
  /** How many requests meet the fault. Default: 1; Infinity for all. */
  times?: number;
  /** How many matching requests pass before the first one meets it. Default: 0. */
  skip?: number;
  /** Only requests for which this is true meet the fault. */
  where?: (input: JsonObject) => boolean;
}

/** The rules in force. The first that matches applies. */
export class Faults {
  #rules: Required<Pick<FaultRule, 'times' | 'skip'>>[] & FaultRule[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ times: 1, skip: 0, ...rule });
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault that this request meets, if any. It counts as one of the rule's `times`. */
  meet(service: ServiceName, action: string, input: JsonObject): Fault | undefined {
    for (const rule of this.#rules) {
      if (rule.action !== '*' && rule.action !== action) continue;
      if (rule.service !== undefined && rule.service !== service) continue;
      if (rule.where && !rule.where(input)) continue;
      if (rule.skip > 0) {
        rule.skip -= 1;
        continue;
      }
      if (rule.times <= 0) continue;
      rule.times -= 1;
      return rule.fault;
    }
    return undefined;
  }
}

/** The error that the double answers for a fault, in the words of the service; undefined for a fault without an answer. */
export function faultError(fault: Fault, service: ServiceName, action: string): AwsError | undefined {
  const query = service === 'sts' || service === 'elbv2' || service === 'iam' || service === 'cloudformation';
  switch (fault.kind) {
    case 'throttle':
      if (service === 's3') return new AwsError('SlowDown', 'Please reduce your request rate.', 503);
      if (service === 'ec2') return new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);
      return new AwsError(query ? 'Throttling' : 'ThrottlingException', 'Rate exceeded');
    case 'server-error':
      if (service === 's3') return new AwsError('InternalError', 'We encountered an internal error.', 500);
      return new AwsError(
        query || service === 'ec2' ? 'InternalFailure' : 'ServerException',
        'Service Unavailable.',
        500,
      );
    case 'access-denied': {
      const message =
        fault.message ?? `User: arn:aws:iam::172173733067:role/ci is not authorized to perform: ${service}:${action}`;
      if (service === 's3') return new AwsError('AccessDenied', 'Access Denied', 403);
      if (service === 'ec2') return new AwsError('UnauthorizedOperation', message, 403);
      return query ? new AwsError('AccessDenied', message, 403) : new AwsError('AccessDeniedException', message);
    }
    case 'expired-token': {
      const message = 'The security token included in the request is expired';
      if (service === 's3') return new AwsError('ExpiredToken', 'The provided token has expired.');
      if (service === 'ec2') return new AwsError('RequestExpired', 'Request has expired.');
      return query ? new AwsError('ExpiredToken', message, 403) : new AwsError('ExpiredTokenException', message);
    }
    case 'error':
      return new AwsError(fault.code, fault.message ?? fault.code, fault.status ?? 400, fault.fields ?? {});
    default:
      return undefined;
  }
}
