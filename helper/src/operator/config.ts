import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { awsErrorFacts } from '../aws/errors.ts';
import { Failure } from '../failure.ts';

/** The file that is read where none is named. */
export const CONFIG = 'fargate-ci.yaml';

/**
 * Reads a configuration file: parameters of all infra commands, by name.
 * @param named what --config says; undefined: the usual one, where it is there
 * @throws Failure `usage` where it cannot be read, or is no map
 */
export async function readConfig(cwd: string, named: string | undefined): Promise<Record<string, unknown>> {
  const file = named ?? CONFIG;
  let text: string;
  try {
    text = await readFile(resolve(cwd, file), 'utf8');
  } catch (error) {
    const { code, message } = awsErrorFacts(error);
    if (named === undefined && code === 'ENOENT') return {};
    throw new Failure('usage', `the configuration file ${file} cannot be read`, {
      evidence: [message],
      cause: error,
    });
  }
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem) throw new Failure('usage', `${file} is not YAML`, { evidence: problem.message.split('\n') });
  const parsed: unknown = document.toJS() ?? {};
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Failure('usage', `${file} must hold a map of parameters to values, as "domain: example.com"`);
  }
  return { ...parsed };
}
