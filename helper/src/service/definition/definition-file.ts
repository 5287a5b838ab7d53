import { RegisterTaskDefinitionRequest$ } from '@aws-sdk/client-ecs';
import { graft } from '../../aws/keep-members.ts';
import { Failure } from '../../failure.ts';
import { ExactNumber, parseExact } from '../../text/exact-json.ts';
import { isTooDeep } from '../../text/json-depth.ts';
import { jsonComplaint } from '../../text/json-error.ts';
import { nearestOf } from '../../text/nearest-name.ts';
import type { Definition } from '../revision.ts';

/** Fields that `aws ecs describe-task-definition` shows and registering does not take; and the one that is for editors. */
const NOT_SENT = [
  '$schema',
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
];

/** What a check of a file finds. */
interface Findings {
  complaints: string[];
  /** Where members are that the SDK does not know, and that are no slips of the pen either. */
  unknown: string[];
}

/**
 * Reads a task definition from a file's text: the input of RegisterTaskDefinition, or what
 * `aws ecs describe-task-definition` prints. Every name and type is checked against the SDK's own model. A name that it
 * does not have is a slip where it is nearly one that it has; else ECS may be newer than the SDK, and decides. The family
 * is empty where the file names none.
 * @param onUnknown told of the members that ECS gets though they are not known here
 * @throws Failure `usage` with all complaints
 */
export function parseDefinitionFile(
  text: string,
  path: string,
  onUnknown: (members: readonly string[]) => void = () => {},
): Definition {
  const { complaints, unknown }: Findings = { complaints: [], unknown: [] };
  const written = contentOf(parseJson(text, path), path);
  const definition = contentOf(JSON.parse(JSON.stringify(written, inJavaScript)), path);
  if (isDefinition(definition, { complaints, unknown })) {
    // With the digits that their numbers have in the file.
    graft(definition, written);
    if (unknown.length > 0) onUnknown(unknown);
    return definition;
  }
  throw new Failure('usage', `${path} is not a task definition that ECS would take`, {
    hint: 'write it as for aws ecs register-task-definition --cli-input-json',
    evidence: complaints,
  });
}

/** For JSON.stringify: numbers as JavaScript has them. */
const inJavaScript = (_name: string, value: unknown): unknown =>
  value instanceof ExactNumber ? Number(value.digits) : value;

/** The definition alone, without what is not for ECS to register. */
function contentOf(value: unknown, path: string): object {
  const content = { family: '', ...unwrap(value, path) };
  for (const name of NOT_SENT) Reflect.deleteProperty(content, name);
  return content;
}

function parseJson(text: string, path: string): unknown {
  try {
    // Editors on Windows write a byte order mark.
    return parseExact(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Failure('usage', `${path} is not JSON`, {
      hint: 'mend the file, or name another; JSON has no comments and no comma after the last entry',
      evidence: [jsonComplaint(error)],
    });
  }
}

function unwrap(value: unknown, path: string): object {
  const inner = isRecord(value) && 'taskDefinition' in value ? value.taskDefinition : value;
  if (!isRecord(inner) || isTooDeep(value)) {
    throw new Failure('usage', `${path} holds no task definition: it must be a JSON object`, {
      hint: 'write it as for aws ecs register-task-definition --cli-input-json',
    });
  }
  const tags = isRecord(value) && 'tags' in value && inner !== value ? { tags: value.tags } : {};
  return { ...inner, ...tags };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isDefinition(value: object, found: Findings): value is Definition {
  const { complaints } = found;
  check(value, RegisterTaskDefinitionRequest$, '', found);
  const containers = 'containerDefinitions' in value ? value.containerDefinitions : undefined;
  if (!Array.isArray(containers) || containers.length === 0)
    complaints.push('containerDefinitions: at least one is needed');
  return complaints.length === 0;
}

// The SDK's schemas are tuples: [1 list, ns, name, traits, of], [2 map, ns, name, traits, key, of],
// [3 structure, ns, name, traits, member names, member schemas]; a simple type is a number, a list or a map of it
// adds a bit (https://github.com/smithy-lang/smithy-typescript, packages/types/src/schema/sentinels.ts).
const LIST_OF = 64;
const MAP_OF = 128;
const SIMPLE = new Map<number, 'string' | 'number' | 'boolean'>([
  [0, 'string'],
  [1, 'number'],
  [2, 'boolean'],
]);

/** Notes what of `value` does not fit the SDK's schema. */
function check(value: unknown, reference: unknown, at: string, found: Findings): void {
  const schema = settle(reference);
  if (typeof schema === 'number') checkSimple(value, schema, at, found);
  if (!Array.isArray(schema)) return;
  const [kind, , , , inner, types] = schema;
  if (kind === 1) checkEach(value, inner, at, found, 'list');
  if (kind === 2) checkEach(value, types, at, found, 'map');
  if (kind === 3 && Array.isArray(inner) && Array.isArray(types)) checkFields(value, inner, types, at, found);
}

function checkFields(value: unknown, names: unknown[], types: unknown[], at: string, found: Findings): void {
  if (!isRecord(value)) {
    found.complaints.push(`${at || 'the file'}: must be an object`);
    return;
  }
  for (const [name, field] of Object.entries(value)) {
    const index = names.indexOf(name);
    const path = at ? `${at}.${name}` : name;
    if (index < 0) {
      const near = nearestOf(name, names.map(String));
      if (near !== undefined && value[near] === undefined) found.complaints.push(misspelt(path, near, names));
      else {
        found.unknown.push(path);
        Reflect.deleteProperty(value, name);
      }
    } else if (field !== null) check(field, types[index], path, found);
  }
}

const misspelt = (path: string, near: string, names: unknown[]): string =>
  `${path}: ECS knows no such field: did you mean ${near}? Known here: ${names.join(', ')}`;

/** A schema may be given as a function that returns it, and with traits beside it. */
function settle(reference: unknown): unknown {
  if (typeof reference === 'function') return settle(reference());
  const wrapped = Array.isArray(reference) && (typeof reference[0] === 'function' || reference.length === 2);
  return wrapped ? settle(reference[0]) : reference;
}

function checkSimple(value: unknown, schema: number, at: string, found: Findings): void {
  const type = SIMPLE.get(schema);
  if (schema >= MAP_OF) checkEach(value, schema - MAP_OF, at, found, 'map');
  else if (schema >= LIST_OF) checkEach(value, schema - LIST_OF, at, found, 'list');
  else if (type !== undefined && typeof value !== type) {
    found.complaints.push(`${at}: must be a ${type}, not ${JSON.stringify(value)}`);
  }
}

function checkEach(value: unknown, of: unknown, at: string, found: Findings, shape: 'list' | 'map'): void {
  const right = shape === 'list' ? Array.isArray(value) : isRecord(value);
  if (!right || typeof value !== 'object' || value === null) found.complaints.push(`${at}: must be a ${shape}`);
  else for (const [key, entry] of Object.entries(value)) check(entry, of, `${at}[${key}]`, found);
}
