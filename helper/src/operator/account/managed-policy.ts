import { GetPolicyCommand, GetPolicyVersionCommand } from '@aws-sdk/client-iam';
import type { OperatorWorld } from '../operator-world.ts';

/**
 * Reads the text of a managed policy: JSON with one statement a line.
 * @returns undefined where it cannot be read, since it is shown for information only
 */
export async function readManagedPolicy({ aws, signal }: OperatorWorld, arn: string): Promise<string[] | undefined> {
  const options = { abortSignal: signal };
  try {
    const { Policy } = await aws.iam.send(new GetPolicyCommand({ PolicyArn: arn }), options);
    const version = { PolicyArn: arn, VersionId: Policy?.DefaultVersionId };
    const { PolicyVersion } = await aws.iam.send(new GetPolicyVersionCommand(version), options);
    return formatPolicy(decodeURIComponent(PolicyVersion?.Document ?? ''));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Formats a policy's JSON with one statement a line. Pure. */
function formatPolicy(document: string): string[] {
  const parsed: unknown = JSON.parse(document);
  const { Version, Statement } = { Version: undefined, Statement: undefined, ...Object(parsed) };
  const all: unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  return [
    `{ "Version": ${JSON.stringify(Version)}, "Statement": [`,
    ...all.map((one, at) => `  ${JSON.stringify(one)}${at < all.length - 1 ? ',' : ''}`),
    '] }',
  ];
}
