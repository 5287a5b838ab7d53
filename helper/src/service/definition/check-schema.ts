import { isRecord } from '../../text/is-record.ts';
import { nearestName } from '../../text/nearest-name.ts';

/** What a check against a schema finds. */
interface SchemaFindings {
  complaints: string[];
  /** Paths of members that the SDK does not know and that are no spelling mistakes either. */
  unknownMembers: string[];
}

// The SDK's schemas are tuples: [1 list, ns, name, traits, of], [2 map, ns, name, traits, key, of],
// [3 structure, ns, name, traits, member names, member schemas]. A simple type is a number; for a list or a map of it,
// a bit is added (https://github.com/smithy-lang/smithy-typescript, packages/types/src/schema/sentinels.ts).
const LIST_OF = 64;
const MAP_OF = 128;
const SIMPLE_TYPES = new Map<number, 'string' | 'number' | 'boolean'>([
  [0, 'string'],
  [1, 'number'],
  [2, 'boolean'],
]);

/**
 * Compares a value of JSON with one of the SDK's schemas. Unknown members are taken out of the value.
 * @param schema as the SDK exports it: a tuple, a number, or a function that returns one
 */
export function checkAgainstSchema(value: unknown, schema: unknown): SchemaFindings {
  const findings: SchemaFindings = { complaints: [], unknownMembers: [] };
  check(value, schema, '', findings);
  return findings;
}

function check(value: unknown, reference: unknown, at: string, findings: SchemaFindings): void {
  const schema = resolveSchema(reference);
  if (typeof schema === 'number') checkSimple(value, schema, at, findings);
  if (!Array.isArray(schema)) return;
  const [kind, , , , inner, types] = schema;
  if (kind === 1) checkEach(value, inner, at, findings, 'list');
  if (kind === 2) checkEach(value, types, at, findings, 'map');
  if (kind === 3 && Array.isArray(inner) && Array.isArray(types)) checkFields(value, inner, types, at, findings);
}

function checkFields(value: unknown, names: unknown[], types: unknown[], at: string, findings: SchemaFindings): void {
  if (!isRecord(value)) {
    findings.complaints.push(`${at || 'the file'}: must be an object`);
    return;
  }
  for (const [name, field] of Object.entries(value)) {
    const index = names.indexOf(name);
    const path = at ? `${at}.${name}` : name;
    if (index < 0) {
      const near = nearestName(name, names.map(String));
      if (near !== undefined && value[near] === undefined) findings.complaints.push(misspelt(path, near, names));
      else {
        findings.unknownMembers.push(path);
        Reflect.deleteProperty(value, name);
      }
    } else if (field !== null) check(field, types[index], path, findings);
  }
}

const misspelt = (path: string, near: string, names: unknown[]): string =>
  `${path}: ECS knows no such field: did you mean ${near}? Known here: ${names.join(', ')}`;

/** A schema may be given by a function that returns it, or together with traits. */
function resolveSchema(reference: unknown): unknown {
  if (typeof reference === 'function') return resolveSchema(reference());
  const wrapped = Array.isArray(reference) && (typeof reference[0] === 'function' || reference.length === 2);
  return wrapped ? resolveSchema(reference[0]) : reference;
}

function checkSimple(value: unknown, schema: number, at: string, findings: SchemaFindings): void {
  const type = SIMPLE_TYPES.get(schema);
  if (schema >= MAP_OF) checkEach(value, schema - MAP_OF, at, findings, 'map');
  else if (schema >= LIST_OF) checkEach(value, schema - LIST_OF, at, findings, 'list');
  else if (type !== undefined && typeof value !== type) {
    findings.complaints.push(`${at}: must be a ${type}, not ${JSON.stringify(value)}`);
  }
}

function checkEach(value: unknown, of: unknown, at: string, findings: SchemaFindings, shape: 'list' | 'map'): void {
  const right = shape === 'list' ? Array.isArray(value) : isRecord(value);
  if (!right || typeof value !== 'object' || value === null) findings.complaints.push(`${at}: must be a ${shape}`);
  else for (const [key, entry] of Object.entries(value)) check(entry, of, `${at}[${key}]`, findings);
}
