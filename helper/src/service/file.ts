import { RegisterTaskDefinitionRequest$ } from '@aws-sdk/client-ecs';
import { Failure } from '../failure.ts';
import { jsonComplaint } from '../parameters/json.ts';
import { isTooDeep } from '../parameters/nested.ts';
import type { Definition } from './definition.ts';

/** Fields that `aws ecs describe-task-definition` shows and registering does not take. */
const READ_ONLY = [
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

/**
 * Reads a task definition from a file's text: the input of RegisterTaskDefinition, or what
 * `aws ecs describe-task-definition` prints. Every name and type is checked against the SDK's own model, since the
 * SDK would silently leave out what it does not know. The family is empty where the file names none.
 * @throws Failure `usage` with all complaints
 */
export function parseDefinitionFile(text: string, path: string): Definition {
  const definition = { family: '', ...unwrap(parseJson(text, path), path) };
  for (const name of READ_ONLY) Reflect.deleteProperty(definition, name);
  const complaints: string[] = [];
  if (isDefinition(definition, complaints)) return definition;
  throw new Failure('usage', `${path} is not a task definition that ECS would take`, {
    hint: 'write it as for aws ecs register-task-definition --cli-input-json',
    evidence: complaints,
  });
}

function parseJson(text: string, path: string): unknown {
  try {
    // Editors on Windows write a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
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

function isDefinition(value: object, complaints: string[]): value is Definition {
  check(value, RegisterTaskDefinitionRequest$, '', complaints);
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
function check(value: unknown, reference: unknown, at: string, complaints: string[]): void {
  const schema = settle(reference);
  if (typeof schema === 'number') checkSimple(value, schema, at, complaints);
  if (!Array.isArray(schema)) return;
  const [kind, , , , inner, types] = schema;
  if (kind === 1) checkEach(value, inner, at, complaints, 'list');
  if (kind === 2) checkEach(value, types, at, complaints, 'map');
  if (kind === 3 && Array.isArray(inner) && Array.isArray(types)) checkFields(value, inner, types, at, complaints);
}

function checkFields(value: unknown, names: unknown[], types: unknown[], at: string, complaints: string[]): void {
  if (!isRecord(value)) {
    complaints.push(`${at || 'the file'}: must be an object`);
    return;
  }
  for (const [name, field] of Object.entries(value)) {
    const index = names.indexOf(name);
    const path = at ? `${at}.${name}` : name;
    if (index < 0) complaints.push(`${path}: ECS knows no such field; known here: ${names.join(', ')}`);
    else if (field !== null) check(field, types[index], path, complaints);
  }
}

/** A schema may be given as a function that returns it, and with traits beside it. */
function settle(reference: unknown): unknown {
  if (typeof reference === 'function') return settle(reference());
  const wrapped = Array.isArray(reference) && (typeof reference[0] === 'function' || reference.length === 2);
  return wrapped ? settle(reference[0]) : reference;
}

function checkSimple(value: unknown, schema: number, at: string, complaints: string[]): void {
  const type = SIMPLE.get(schema);
  if (schema >= MAP_OF) checkEach(value, schema - MAP_OF, at, complaints, 'map');
  else if (schema >= LIST_OF) checkEach(value, schema - LIST_OF, at, complaints, 'list');
  else if (type !== undefined && typeof value !== type) {
    complaints.push(`${at}: must be a ${type}, not ${JSON.stringify(value)}`);
  }
}

function checkEach(value: unknown, of: unknown, at: string, complaints: string[], shape: 'list' | 'map'): void {
  const right = shape === 'list' ? Array.isArray(value) : isRecord(value);
  if (!right || typeof value !== 'object' || value === null) complaints.push(`${at}: must be a ${shape}`);
  else for (const [key, entry] of Object.entries(value)) check(entry, of, `${at}[${key}]`, complaints);
}
