import { paginateGetParametersByPath } from '@aws-sdk/client-ssm';
import { awsErrorFacts, awsFailure, isAccessDenied } from '../aws/errors.ts';
import type { Aws, World } from '../world.ts';

/** What SSM holds under a prefix. */
interface StoredSettings {
  values: ReadonlyMap<string, string>;
  /** Why nothing could be read. */
  problem?: string;
}

/**
 * Reads all parameters below `/<prefix>/`, at most ten a page. A missing permission is no failure yet, because every
 * setting may also come from elsewhere.
 * @throws Failure `aws` where SSM cannot be reached or fails
 */
export async function readStoredSettings(
  world: Pick<World, 'signal'> & { aws: Pick<Aws, 'ssm'> },
  prefix: string,
): Promise<StoredSettings> {
  const path = `/${prefix}/`;
  const values = new Map<string, string>();
  try {
    const pages = paginateGetParametersByPath(
      { client: world.aws.ssm },
      { Path: path, Recursive: true, WithDecryption: false },
      { abortSignal: world.signal },
    );
    for await (const page of pages) {
      for (const { Name, Value } of page.Parameters ?? []) {
        if (Name?.startsWith(path) && Value !== undefined) values.set(Name.slice(path.length), Value);
      }
    }
  } catch (error) {
    if (!isAccessDenied(error)) throw awsFailure(error, `read the settings in SSM under ${path}`);
    return { values: new Map(), problem: `${awsErrorFacts(error).code}: reading ${path} is not allowed` };
  }
  return { values };
}
