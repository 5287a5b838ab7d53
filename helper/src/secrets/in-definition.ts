import { type Found, valuesOf } from './found-secret.ts';
import { recognisePair, recogniseWords } from './recognise-secrets.ts';

/** A secret in a task definition, and where it stands there. */
export interface InDefinition {
  /** `containerDefinitions[0].environment` */
  path: string;
  /** The variable's or the option's name; empty for a word of a list. */
  name: string;
  found: readonly Found[];
}

/** Fields with names of secrets. */
const NAMES_OF_SECRETS = new Set(['secrets', 'secretOptions', 'repositoryCredentials', 'credentialSpecs']);

/** The secrets in a task definition's values, whatever its shape is. */
export function secretsInDefinition(definition: unknown): InDefinition[] {
  return look(definition, '', namesIn(definition)).filter(({ found }) => found.length > 0);
}

/** What the mask has to hide of a task definition. */
export const valuesInDefinition = (definition: unknown): string[] =>
  secretsInDefinition(definition).flatMap(({ found }) => valuesOf(found));

/** Names that a deployment shows: no value that is part of one is a secret. */
function namesIn(definition: unknown): string[] {
  if (!isMap(definition)) return [];
  const containers: unknown[] = Array.isArray(definition.containerDefinitions) ? definition.containerDefinitions : [];
  return [definition.family, ...containers.filter(isMap).flatMap(({ name, image }) => [name, image])].filter(isText);
}

function look(value: unknown, path: string, names: readonly string[]): InDefinition[] {
  const surroundings = { names, exists: () => false };
  if (Array.isArray(value)) {
    const found = recogniseWords(value.map((one) => (isText(one) ? one : ''))).flat();
    return [{ path, name: '', found }, ...value.flatMap((one, at) => inEntry(one, path, at, names))];
  }
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (NAMES_OF_SECRETS.has(name)) return [];
    const below = path === '' ? name : `${path}.${name}`;
    if (isText(inner)) return [{ path: below, name, found: recognisePair(name, inner, surroundings) }];
    return look(inner, below, names);
  });
}

/** An entry of a list: `{name, value}` of a variable, `{key, value}` of a tag, or anything else. */
function inEntry(entry: unknown, path: string, at: number, names: readonly string[]): InDefinition[] {
  if (!isMap(entry)) return look(entry, `${path}[${at}]`, names);
  const name = entry.name ?? entry.key;
  if (!isText(name) || entry.value === undefined || entry.value === null) return look(entry, `${path}[${at}]`, names);
  const found = recognisePair(name, String(entry.value), { names, exists: () => false });
  return [{ path, name, found }];
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
