import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { DeserializeMiddleware, MetadataBearer } from '@smithy/types';
import { parseArn } from '../../../aws/arn.ts';
import { awsErrorFacts, awsFailure } from '../../../aws/errors.ts';
import { type Principal, principalOf } from '../../account/caller-arn.ts';
import type { CheckResult } from './check-result.ts';
import type { Connection, DoctorWorld } from './doctor-world.ts';

/** The account and the principal that these credentials belong to. */
export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
  /** `aws`, `aws-cn`, ... */
  readonly partition: string;
  readonly principal: Principal;
}

/** STS' answer, and the time in it. */
export interface StsAnswer {
  /** GetCallerIdentity's fields, or what was thrown. */
  readonly answer: { account: string; arn: string } | { error: unknown };
  /** This machine's clock minus AWS', in milliseconds; undefined where no answer came. */
  readonly skewMs: number | undefined;
}

/** Asks STS who calls. It needs no permission, and even a refusal tells the time. */
export async function askStsForCaller({ aws }: Connection, { clock, signal }: DoctorWorld): Promise<StsAnswer> {
  const command = new GetCallerIdentityCommand({});
  let skewMs: number | undefined;
  const readDate: DeserializeMiddleware<object, MetadataBearer> = (next) => async (args) => {
    const result = await next(args);
    const headers: unknown = Reflect.get(Object(result.response), 'headers');
    const date = Date.parse(String(Reflect.get(Object(headers), 'date')));
    if (!Number.isNaN(date)) skewMs ??= clock.now() - date;
    return result;
  };
  // It comes below the deserializer, which throws where AWS answers with an error.
  command.middlewareStack.add(readDate, { step: 'deserialize', priority: 'low', name: 'readDate' });
  try {
    const { Account = '', Arn = '' } = await aws.sts.send(command, { abortSignal: signal });
    return { answer: { account: Account, arn: Arn }, skewMs };
  } catch (error) {
    signal.throwIfAborted();
    return { answer: { error }, skewMs };
  }
}

/** Checks who calls, or why AWS does not accept the credentials. Pure. */
export function checkIdentity({ answer }: StsAnswer, role: string | undefined): CheckResult<CallerIdentity> {
  if ('error' in answer) return refusedIdentity(answer.error, role);
  const { account, arn } = answer;
  const principal = principalOf(arn);
  const fact = { account, arn, partition: parseArn(arn)?.partition ?? 'aws', principal };
  if (principal.kind !== 'root') return { state: 'ok', finding: `${arn} (account ${account})`, fact };
  return {
    state: 'warning',
    finding: `these are the credentials of account ${account}'s root user, who may do everything`,
    hint: 'use a role or a user with the caller policy of the builder stack instead, and delete the root access keys',
    fact,
  };
}

function refusedIdentity(error: unknown, role: string | undefined): CheckResult<CallerIdentity> {
  const { code, message } = awsErrorFacts(error);
  const { hint, evidence } = awsFailure(error, '');
  const hasNoCredentials = /Credentials(?:Provider)?Error/.test(code) || /Could not load credentials/.test(message);
  if (hasNoCredentials) {
    return {
      state: 'problem',
      finding: 'there are no AWS credentials',
      hint: 'log in (aws sso login, aws configure, AWS_PROFILE); on an agent: its task or instance role, or withCredentials around the step (docs/settings.md)',
      details: evidence,
    };
  }
  if (role !== undefined && /AssumeRole/.test(message)) {
    return {
      state: 'problem',
      finding: `the role ${role} cannot be assumed`,
      hint: `let the role's trust policy name who calls, and who calls have sts:AssumeRole on ${role}`,
      details: evidence,
    };
  }
  return {
    state: 'problem',
    finding: 'AWS does not accept these credentials, or cannot be reached',
    hint,
    details: evidence,
  };
}
