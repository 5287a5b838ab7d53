import { action } from '../../action.ts';
import type { Fields } from '../../action-parameters.ts';
import { AwsError } from '../../errors.ts';
import { type CloudFormation, parseStackTemplate } from '../../state/cloudformation.ts';
import { uuid } from '../../state/ids.ts';
import type { ReadTemplate, ResourceChange, Stack } from '../../state/stacks.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const BODY_LIMIT = 51_200;

export const CreateChangeSet = action('cloudformation', 'CreateChangeSet', (input, { cloudFormation, place }) => {
  const [name, stackName, body] = [input.need('ChangeSetName'), input.need('StackName'), input.need('TemplateBody')];
  const type = input.text('ChangeSetType') ?? 'UPDATE';
  if (Buffer.byteLength(body) > BODY_LIMIT) {
    throw new AwsError('ValidationError', `1 validation error detected: length must be at most ${BODY_LIMIT}`);
  }
  const template = parseStackTemplate(body);
  if (/AWS::IAM::/.test(body) && !input.texts('Capabilities').some((one) => /IAM/.test(one))) {
    throw new AwsError('InsufficientCapabilitiesException', 'Requires capabilities : [CAPABILITY_IAM]');
  }
  const before = cloudFormation.find(stackName);
  const isNew = type === 'CREATE' || (type === 'IMPORT' && !before);
  refuseState(before, stackName, isNew);
  const parameters = readParameters(input, template, before);
  const stack = before ?? cloudFormation.add(stackName, 'REVIEW_IN_PROGRESS');
  const earlier = cloudFormation.changeSets.find((one) => one.name === name && one.stack === stack);
  if (earlier) return { Id: earlier.id, StackId: stack.id };
  const changes = imports(input, template) ?? difference(cloudFormation, stack, template, parameters);
  const failed = changes.length === 0;
  const id = `arn:aws:cloudformation:${place.region}:${place.account}:changeSet/${name}/${uuid(stack.id + name)}`;
  cloudFormation.changeSets.push({
    id,
    name,
    stack,
    type,
    status: failed ? 'FAILED' : 'CREATE_COMPLETE',
    readyAt: place.clock.now() + cloudFormation.planningTakes,
    reason: failed
      ? "The submitted information didn't contain changes. Submit different information to create a change set."
      : undefined,
    execution: failed ? 'UNAVAILABLE' : 'AVAILABLE',
    changes,
    template,
    parameters,
  });
  return { Id: id, StackId: stack.id };
});

function refuseState(stack: Stack | undefined, name: string, isNew: boolean): void {
  if (isNew && stack && stack.status !== 'REVIEW_IN_PROGRESS') {
    throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
  }
  if (!isNew && !stack) throw new AwsError('ValidationError', `Stack [${name}] does not exist`);
  if (!isNew && stack && /_IN_PROGRESS$|ROLLBACK_FAILED$|^ROLLBACK_|^CREATE_FAILED|^DELETE_/.test(stack.status)) {
    const why = `is in ${stack.status} state and can not be updated.`;
    throw new AwsError('ValidationError', `Stack:${stack.id} ${why}`);
  }
}

function readParameters(input: Fields, template: ReadTemplate, before: Stack | undefined): Record<string, string> {
  const given = new Map(input.objects('Parameters').map((one) => [one.need('ParameterKey'), one]));
  const strange = [...given.keys()].filter((name) => !(name in template.parameters));
  if (strange.length > 0) {
    throw new AwsError('ValidationError', `Parameters: [${strange.join(', ')}] do not exist in the template`);
  }
  const missing: string[] = [];
  const values = Object.entries(template.parameters).flatMap(([name, declared]) => {
    const one = given.get(name);
    const previous = one?.text('UsePreviousValue') === 'true' ? before?.parameters[name] : undefined;
    const value = one?.text('ParameterValue') ?? previous ?? declared.default;
    if (value === undefined) missing.push(name);
    return value === undefined ? [] : [[name, value]];
  });
  if (missing.length > 0) {
    throw new AwsError('ValidationError', `Parameters: [${missing.join(', ')}] must have values`);
  }
  return Object.fromEntries(values);
}

function imports(input: Fields, { resources }: ReadTemplate): ResourceChange[] | undefined {
  if (input.text('ChangeSetType') !== 'IMPORT') return undefined;
  const named = input.objects('ResourcesToImport').map((one) => one.need('LogicalResourceId'));
  const others = Object.keys(resources).filter((id) => !named.includes(id));
  if (others.length > 0) {
    throw new AwsError('ValidationError', `As part of the import operation, you cannot modify or add [${others}]`);
  }
  return named.map((id) => ({
    action: 'Import',
    id,
    type: resources[id]?.type ?? '',
    replacement: undefined,
    policy: undefined,
    properties: [],
  }));
}

/** The resources that are new, gone or changed, or whose text names a parameter that has another value now. */
function difference(
  cloudFormation: CloudFormation,
  { name, template: before, parameters: values }: Stack,
  after: ReadTemplate,
  parameters: Readonly<Record<string, string>>,
): ResourceChange[] {
  const changed = Object.keys(parameters).filter((one) => parameters[one] !== values[one]);
  const mentions = (text: string) => changed.some((one) => new RegExp(`\\b${one}\\b`).test(text));
  const ids = [...new Set([...Object.keys(before.resources), ...Object.keys(after.resources)])];
  return ids.flatMap((id): ResourceChange[] => {
    const [old, one] = [before.resources[id], after.resources[id]];
    const basis = { id, type: (one ?? old)?.type ?? '', replacement: undefined, policy: undefined, properties: [] };
    if (!old) return [{ ...basis, action: 'Add' }];
    if (!one) return [{ ...basis, action: 'Remove', policy: old.policy }];
    const properties = Object.entries(one.properties)
      .filter(([key, value]) => {
        const text = JSON.stringify(value);
        return text !== JSON.stringify(old.properties[key]) || mentions(text);
      })
      .map(([key]) => key);
    if (properties.length === 0) return [];
    const replacement = cloudFormation.isReplaced(name, id) ? 'True' : 'False';
    return [{ ...basis, action: 'Modify', replacement, properties }];
  });
}
