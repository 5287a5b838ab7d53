import { isRecord } from '../text/is-record.ts';
import { type FoundSecret, valuesToHide } from './found-secret.ts';
import { recognisePair, recogniseWords } from './recognise-secrets.ts';
import { type CallFacts, NO_FACTS } from './variable-names.ts';

/** A value in a task definition that has secrets, and its place. */
export interface DefinitionSecret {
  /** `containerDefinitions[0].environment` */
  path: string;
  /** The name of the variable or the option; empty for a word of a list. */
  name: string;
  found: readonly FoundSecret[];
}

/** Fields whose values are names of secrets. */
const NAMES_OF_SECRETS = new Set(['secrets', 'secretOptions', 'repositoryCredentials', 'credentialSpecs']);

/** The secrets in a task definition of any shape: the file may be wrong. */
export function secretsInDefinition(definition: unknown): DefinitionSecret[] {
  return searchValue(definition, '', { ...NO_FACTS, names: namesIn(definition) }).filter(
    ({ found }) => found.length > 0,
  );
}

/** The texts that the mask has to hide of a task definition. */
export const valuesInDefinition = (definition: unknown): string[] =>
  secretsInDefinition(definition).flatMap(({ found }) => valuesToHide(found));

/** The names that a deployment shows. A value that is a part of one of them is no secret. */
function namesIn(definition: unknown): string[] {
  if (!isRecord(definition)) return [];
  const containers: unknown[] = Array.isArray(definition.containerDefinitions) ? definition.containerDefinitions : [];
  return [definition.family, ...containers.filter(isRecord).flatMap(({ name, image }) => [name, image])].filter(isText);
}

function searchValue(value: unknown, path: string, facts: CallFacts): DefinitionSecret[] {
  if (Array.isArray(value)) {
    const found = recogniseWords(value.map((one) => (isText(one) ? one : ''))).flat();
    return [{ path, name: '', found }, ...value.flatMap((one, at) => searchEntry(one, path, at, facts))];
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (NAMES_OF_SECRETS.has(name)) return [];
    const below = path === '' ? name : `${path}.${name}`;
    if (isText(inner)) return [{ path: below, name, found: recognisePair(name, inner, facts) }];
    return searchValue(inner, below, facts);
  });
}

/** Searches an entry of a list: a variable `{name, value}`, a tag `{key, value}`, or anything else. */
function searchEntry(entry: unknown, path: string, at: number, facts: CallFacts): DefinitionSecret[] {
  if (!isRecord(entry)) return searchValue(entry, `${path}[${at}]`, facts);
  const name = entry.name ?? entry.key;
  if (!isText(name) || entry.value === undefined || entry.value === null)
    return searchValue(entry, `${path}[${at}]`, facts);
  const found = recognisePair(name, String(entry.value), facts);
  return [{ path, name, found }];
}

const isText = (value: unknown): value is string => typeof value === 'string';
