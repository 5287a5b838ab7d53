import { resolve } from 'node:path';
import { parseDocument, visit } from 'yaml';
import { awsErrorFacts } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import { ExactNumber, isWrittenAlike } from '../text/exact-json.ts';
import { isRecord } from '../text/is-record.ts';
import { readRegularFile } from '../workspace/regular-file.ts';

/** The configuration file where the operator names no other. */
export const CONFIG_FILE = 'fargate-ci.yaml';

/**
 * Reads a configuration file: the parameters of all operator's commands, by name.
 * @param named the file that --config names; undefined: CONFIG_FILE, where it is there
 * @throws Failure `usage` where it cannot be read, or is no map
 */
export async function readConfigFile(cwd: string, named: string | undefined): Promise<Record<string, unknown>> {
  const file = named ?? CONFIG_FILE;
  let text: string;
  try {
    text = await readRegularFile(resolve(cwd, file), { follow: true });
  } catch (error) {
    const { code, message } = awsErrorFacts(error);
    if (named === undefined && code === 'ENOENT') return {};
    throw new Failure('usage', `the configuration file ${file} cannot be read`, {
      hint: 'name a file that is there and can be read: --config FILE',
      evidence: [message],
      cause: error,
    });
  }
  const parsed = parseYaml(file, text);
  if (!isRecord(parsed)) {
    throw new Failure('usage', `${file} must hold a map of parameters to values, as "domain: example.com"`);
  }
  return { ...parsed };
}

/** @throws Failure `usage` where the text is no YAML, or where its aliases are unknown or too many */
function parseYaml(file: string, text: string): unknown {
  const document = parseDocument(text);
  const [problem] = document.errors;
  const failureOf = (message: string) =>
    new Failure('usage', `${file} is not YAML that can be read`, {
      hint: 'a parameter a line, as "domain: example.com", each once; further ones indented by spaces',
      evidence: message.split('\n').filter((line) => line.trim() !== ''),
    });
  if (problem) throw failureOf(problem.message);
  // A number is kept as it is written: an account may begin with 0, and a version may end with 0.
  visit(document, {
    Scalar(key, node) {
      const { value, source } = node;
      if (key !== 'key' && typeof value === 'number' && source && !isWrittenAlike(source))
        node.value = new ExactNumber(source);
    },
  });
  try {
    return document.toJS() ?? {};
  } catch (error) {
    throw failureOf(awsErrorFacts(error).message);
  }
}
