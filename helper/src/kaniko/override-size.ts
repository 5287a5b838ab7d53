import { Failure } from '../failure.ts';
import { readFlags } from './executor-flags.ts';

/**
 * The longest overrides in characters, those of the JSON format included:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html
 */
const LONGEST_OVERRIDES = 8_192;

/** In characters. Only values at least this long are named in the error. */
const LONG_VALUE = 400;

/** The parameter that a flag comes from. */
const PARAMETER: Readonly<Record<string, string>> = {
  'build-arg': 'buildArgs',
  label: 'labels',
  destination: 'image',
  secret: 'secrets',
};

/** Flags whose length no parameter changes. */
const FIXED = new Set(['context', 'context-sub-path', 'log-format', 'cache', 'force']);

/** True where the overrides of a RunTask call are short enough for ECS. */
export const overridesFit = (overrides: object): boolean => JSON.stringify(overrides).length <= LONGEST_OVERRIDES;

/**
 * Checks the length of the overrides of a RunTask call before anything is created.
 * @param overrides the field `overrides` of the request, as it will be sent
 * @param command the executor's arguments among them, so that the error can name the long ones
 * @throws Failure `usage` that names the longest parameters
 */
export function checkOverrideSize(overrides: object, command: readonly string[]): void {
  if (overridesFit(overrides)) return;
  const length = JSON.stringify(overrides).length;
  const flags = readFlags(command).flags.filter(({ name }) => !FIXED.has(name));
  const sizes = new Map<string, number>();
  for (const { name, text } of flags) {
    const parameter = PARAMETER[name] ?? 'kanikoArgs';
    sizes.set(parameter, (sizes.get(parameter) ?? 0) + JSON.stringify(text).length);
  }
  const byParameter = [...sizes].sort(([, a], [, b]) => b - a);
  const longest = flags
    .map(({ text }) => ({ text, length: JSON.stringify(text).length }))
    .filter(({ length: size }) => size >= LONG_VALUE)
    .sort((a, b) => b.length - a.length)
    .slice(0, 3);
  const [most = 'buildArgs'] = byParameter[0] ?? [];
  throw new Failure(
    'usage',
    `the build's parameters are too long: ${count(length)} characters where ECS takes ${count(LONGEST_OVERRIDES)}; most of them are ${most}`,
    {
      hint: 'put long values into a file of the context and read it in the Dockerfile, or shorten them',
      evidence: [
        ...byParameter
          .filter(([, size]) => size >= LONG_VALUE)
          .map(([parameter, size]) => `${parameter}: ${count(size)} characters`),
        ...longest.map(({ text, length: size }) => `${withoutValue(text)}: ${count(size)} characters`),
      ],
    },
  );
}

/** A flag with its key and without its value: users put secrets there by mistake. */
const withoutValue = (text: string): string => /^--(?:build-arg|label)=[^=]*/.exec(text)?.[0] ?? text.slice(0, 60);

const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
