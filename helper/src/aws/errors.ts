import { Failure } from '../failure.ts';
import { explainUnknownMembers } from './unknown-member-errors.ts';

/** What an AWS error says of itself. It is read without trusting its class, so network errors have it, too. */
interface AwsErrorFacts {
  /** The error's code, e.g. `AccessDeniedException` or `ECONNRESET`. */
  code: string;
  message: string;
  /** HTTP status, or 0 where no answer came. */
  status: number;
  requestId: string;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Reads code, message, HTTP status and request id of any thrown value. */
export function awsErrorFacts(error: unknown): AwsErrorFacts {
  const metadata = field(error, '$metadata');
  const status = field(metadata, 'httpStatusCode');
  const name = text(field(error, 'name'));
  return {
    code: text(field(error, 'code')) || text(field(error, 'Code')) || name || 'UnknownError',
    message: text(field(error, 'message')) || String(error),
    status: typeof status === 'number' ? status : 0,
    requestId: text(field(metadata, 'requestId')),
  };
}

/** True where AWS refused because a permission is missing. Each service spells it differently. */
export function isAccessDenied(error: unknown): boolean {
  const { code, status } = awsErrorFacts(error);
  return (
    /^AccessDenied|^UnauthorizedOperation$|^Forbidden$/.test(code) ||
    (status === 403 && !isAuthenticationRefused(error))
  );
}

/** True where the request was throttled, by the codes that AWS documents for its services. */
export function isThrottled(error: unknown): boolean {
  const { code, status } = awsErrorFacts(error);
  return status === 429 || /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|LimitExceededException/.test(code);
}

/** True where the answer is missing or unusable, so that nobody knows whether the call took effect. */
export function isUnclear(error: unknown): boolean {
  const { code, message, status } = awsErrorFacts(error);
  // The SDK wraps some errors and keeps only their text.
  if (status >= 500 || isUnreadable(error) || /\b(?:ECONNRESET|EPIPE|ETIMEDOUT)\b|socket hang up/.test(message))
    return true;
  return /^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|TimeoutError|RequestTimeout|NetworkingError)/.test(
    code,
  );
}

/**
 * True if an answer was cut off or does not come from AWS: the status says success and the SDK throws all the same, or
 * the text is no JSON or XML.
 */
export function isUnreadable(error: unknown): boolean {
  const { code, message, status } = awsErrorFacts(error);
  return (status >= 200 && status < 300) || code === 'SyntaxError' || message.includes('XML parse error');
}

/** True where AWS does not accept the credentials, or the request's time differs from AWS' own. */
export function isAuthenticationRefused(error: unknown): boolean {
  return /Expired|RequestTimeTooSkewed|SignatureDoesNotMatch|InvalidSignature|UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId/.test(
    awsErrorFacts(error).code,
  );
}

function hintFor(error: unknown): string {
  const { code, message, status } = awsErrorFacts(error);
  if (/CredentialsProviderError|CredentialsError/.test(code) || /Could not load credentials/.test(message)) {
    return "give this process AWS credentials: the agent's task or instance role, or withCredentials around the step; see docs/settings.md";
  }
  if (/ExpiredToken/.test(code)) return 'the AWS credentials have expired: renew them and run this again';
  if (/TimeTooSkewed|SignatureDoesNotMatch|InvalidSignature/.test(code)) {
    return "check this machine's clock and the AWS credentials: AWS does not accept the request's signature";
  }
  if (/UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId/.test(code)) {
    return 'AWS does not know these credentials: check the access key, and that its account is the right one';
  }
  const role = roleThatMayNotBePassed(error);
  if (role !== undefined) {
    return `allow this process's role iam:PassRole on ${role} for ecs-tasks.amazonaws.com; the builder stack's caller policy allows its own roles and those under role/<prefix>/app/`;
  }
  if (isAccessDenied(error)) {
    return "attach the caller policy of the builder stack (its output CallerPolicyArn) to this process's role; the evidence names what was refused";
  }
  if (isThrottled(error)) return 'AWS throttles this account at the moment: run this again later';
  if (status >= 500 || status === 0 || isUnreadable(error))
    return 'AWS could not be reached or failed: check the network and the region, then run this again';
  if (/unable to assume the role/i.test(message)) {
    return 'check the name of the role in the evidence, and that its trust policy lets ecs-tasks.amazonaws.com assume it';
  }
  return 'AWS does not accept this request as it is: the evidence says what to mend';
}

/** The role, where AWS refused to let this process pass it to ECS. */
const roleThatMayNotBePassed = (error: unknown): string | undefined =>
  /iam:PassRole on resource: (\S+)/.exec(awsErrorFacts(error).message)?.[1];

/**
 * Makes a Failure of category `aws` from an error of AWS or of the network.
 * A Failure passes through unchanged, so that callers can wrap whole blocks.
 * @param doing what was being done, as it would follow "could not": `read the service shop in cluster ci`
 */
export function awsFailure(error: unknown, doing: string): Failure {
  if (error instanceof Failure) return error;
  const { code, message, status, requestId } = awsErrorFacts(error);
  // The SDK adds advice for programmers, which does not help users.
  const evidence = [`${code}: ${message.replace(/\n\s*Deserialization error: to see [\s\S]*$/, '')}`];
  if (status > 0) evidence.push(`HTTP ${status}${requestId ? `, request ${requestId}` : ''}`);
  const role = roleThatMayNotBePassed(error);
  const refused = explainUnknownMembers(error, code, message);
  if (refused) evidence.push(...refused.evidence);
  const why = role === undefined ? (refused?.why ?? '') : `: the role ${role} may not be passed to ECS`;
  const hint = refused?.hint ?? hintFor(error);
  return new Failure('aws', `could not ${doing}${why}`, { hint, evidence, cause: error });
}
