import { Failure } from '../failure.ts';
import { readFlags } from './executor-flags.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html: JSON's own characters count. */
export const MOST_OVERRIDES = 8_192;

/** Shorter ones are not what makes it too long. Characters. */
const LONG = 400;

/** Which parameter a flag comes from. */
const PARAMETER: Readonly<Record<string, string>> = {
  'build-arg': 'buildArgs',
  label: 'labels',
  destination: 'image',
  secret: 'secrets',
};

/** Flags that no parameter makes long. */
const FIXED = new Set(['context', 'context-sub-path', 'log-format', 'cache', 'force']);

/** True where the overrides of a RunTask call are short enough for ECS. */
export const overridesFit = (overrides: object): boolean => JSON.stringify(overrides).length <= MOST_OVERRIDES;

/**
 * Sees to it that the overrides of a RunTask call fit, before anything is created.
 * @param overrides `overrides` of RunTask, as it will be sent
 * @param command the arguments among them, to say which of them are long
 * @throws Failure `usage` naming what is too long
 */
export function checkOverrideSize(overrides: object, command: readonly string[]): void {
  if (overridesFit(overrides)) return;
  const length = JSON.stringify(overrides).length;
  const own = readFlags(command).flags.filter(({ name }) => !FIXED.has(name));
  const sizes = new Map<string, number>();
  for (const { name, text } of own) {
    const parameter = PARAMETER[name] ?? 'kanikoArgs';
    sizes.set(parameter, (sizes.get(parameter) ?? 0) + JSON.stringify(text).length);
  }
  const byParameter = [...sizes].sort(([, a], [, b]) => b - a);
  const longest = own
    .map(({ text }) => ({ text, length: JSON.stringify(text).length }))
    .filter(({ length: size }) => size >= LONG)
    .sort((a, b) => b.length - a.length)
    .slice(0, 3);
  const [most = 'buildArgs'] = byParameter[0] ?? [];
  throw new Failure(
    'usage',
    `the build's parameters are too long: ${count(length)} characters where ECS takes ${count(MOST_OVERRIDES)}; most of them are ${most}`,
    {
      hint: 'put long values into a file of the context and read it in the Dockerfile, or shorten them',
      evidence: [
        ...byParameter
          .filter(([, size]) => size >= LONG)
          .map(([parameter, size]) => `${parameter}: ${count(size)} characters`),
        ...longest.map(({ text, length: size }) => `${head(text)}: ${count(size)} characters`),
      ],
    },
  );
}

/** The flag and its key, never the value: it may be a secret that should not have been there. */
const head = (text: string): string => /^--(?:build-arg|label)=[^=]*/.exec(text)?.[0] ?? text.slice(0, 60);

const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
