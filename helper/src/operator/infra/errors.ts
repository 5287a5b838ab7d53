import { awsErrorFacts, awsFailure, isAccessDenied } from '../../aws/errors.ts';
import { Failure } from '../../failure.ts';

/** Words an error of AWS for an operator: permissions are his own matter, not the caller policy's. */
export function operatorFailure(error: unknown, doing: string): Failure {
  const failure = awsFailure(error, doing);
  if (error instanceof Failure || !isAccessDenied(error)) return failure;
  return new Failure('aws', failure.message, {
    hint: 'these credentials must be allowed what the evidence names; whoever sets stacks up needs CloudFormation and all that the templates make, IAM roles among it. What was done so far stays: run the same command again',
    evidence: failure.evidence,
    cause: error,
  });
}

/** True where CloudFormation says that there is no such stack. */
export const isMissingStack = (error: unknown): boolean =>
  awsErrorFacts(error).code === 'ValidationError' && /does not exist/.test(awsErrorFacts(error).message);
