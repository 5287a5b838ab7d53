import { RegisterTaskDefinitionRequest$ } from '@aws-sdk/client-ecs';
import { addMissingMembers } from '../../aws/add-missing-members.ts';
import { Failure } from '../../failure.ts';
import { ExactNumber, parseExact } from '../../text/exact-json.ts';
import { isRecord } from '../../text/is-record.ts';
import { isTooDeep } from '../../text/json-depth.ts';
import { jsonComplaint } from '../../text/json-error.ts';
import type { Definition } from '../revision.ts';
import { checkAgainstSchema } from './check-schema.ts';

/** Fields that `aws ecs describe-task-definition` prints but RegisterTaskDefinition refuses; `$schema` is for editors. */
const NOT_REGISTRABLE = [
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

/**
 * Reads a task definition from a file's text: the input of RegisterTaskDefinition, or what
 * `aws ecs describe-task-definition` prints. Names and types are checked against the SDK's model. An unknown name that is
 * close to a known one is a spelling mistake. Any other unknown name goes to ECS, which may be newer than the SDK.
 * @returns the definition; its family is empty where the file has none
 * @param onUnknown told of the unknown members that are sent to ECS
 * @throws Failure `usage` with all complaints
 */
export function parseDefinitionFile(
  text: string,
  path: string,
  onUnknown: (members: readonly string[]) => void = () => {},
): Definition {
  const written = registrableContent(parseJson(text, path), path);
  const definition = registrableContent(JSON.parse(JSON.stringify(written, asNumber)), path);
  const { complaints, unknownMembers } = checkAgainstSchema(definition, RegisterTaskDefinitionRequest$);
  if (isDefinition(definition, complaints)) {
    // The text as written has the unknown members, and large numbers with all their digits.
    addMissingMembers(definition, written);
    if (unknownMembers.length > 0) onUnknown(unknownMembers);
    return definition;
  }
  throw new Failure('usage', `${path} is not a task definition that ECS would take`, {
    hint: 'write it as for aws ecs register-task-definition --cli-input-json',
    evidence: complaints,
  });
}

/** For JSON.stringify: numbers as JavaScript's own. */
const asNumber = (_name: string, value: unknown): unknown =>
  value instanceof ExactNumber ? Number(value.digits) : value;

/** The definition without the fields that cannot be registered. */
function registrableContent(value: unknown, path: string): object {
  const content = { family: '', ...unwrap(value, path) };
  for (const name of NOT_REGISTRABLE) Reflect.deleteProperty(content, name);
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

/** @param complaints of the check against the schema; gets one more where there is no container */
function isDefinition(value: object, complaints: string[]): value is Definition {
  const containers = 'containerDefinitions' in value ? value.containerDefinitions : undefined;
  if (!Array.isArray(containers) || containers.length === 0)
    complaints.push('containerDefinitions: at least one is needed');
  return complaints.length === 0;
}
