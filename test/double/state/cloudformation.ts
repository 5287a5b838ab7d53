import { parse } from 'yaml';
import { AwsError } from '../errors.ts';
import { isObject } from '../json-values.ts';
import { hexId, uuid } from './ids.ts';
import type { Place } from './place.ts';
import { type OperationScript, stackTimeline, type Verb } from './stack-timeline.ts';
import type { ChangeSet, Planned, ReadTemplate, ResourceChange, Stack } from './stacks.ts';

const EMPTY: ReadTemplate = { body: '', parameters: {}, resources: {} };

/** CloudFormation: stacks whose operations take virtual time and end as they are scripted. */
export class CloudFormation {
  readonly stacks: Stack[] = [];
  readonly changeSets: ChangeSet[] = [];
  /** How many milliseconds CloudFormation needs for a change set. */
  planningTakes = 0;
  readonly #scripts = new Map<string, OperationScript[]>();
  readonly #outputs = new Map<string, Record<string, string>>();
  readonly #replaced = new Set<string>();
  readonly #ended: ((stack: Stack) => void)[] = [];
  #count = 0;

  constructor(private readonly place: Place) {}

  /** How the next operations on a stack go, in this order. An operation without a script succeeds. */
  script(stack: string, ...scripts: OperationScript[]): void {
    this.#scripts.set(stack, [...(this.#scripts.get(stack) ?? []), ...scripts]);
  }

  /** The outputs of a stack, when it is there. */
  outputs(stack: string, outputs: Record<string, string>): void {
    this.#outputs.set(stack, outputs);
  }

  outputsOf({ name, status }: Stack): Record<string, string> {
    const known = /^(CREATE_COMPLETE|UPDATE_|IMPORT_COMPLETE|DELETE_FAILED)/.test(status);
    return known ? (this.#outputs.get(name) ?? {}) : {};
  }

  /** A change of this resource replaces it. */
  replaces(stack: string, resource: string): void {
    this.#replaced.add(`${stack}/${resource}`);
  }

  isReplaced = (stack: string, resource: string): boolean => this.#replaced.has(`${stack}/${resource}`);

  /** Called back at the end of every operation, well or not. Use it to make the things that the resources stand for. */
  whenEnded(listener: (stack: Stack) => void): void {
    this.#ended.push(listener);
  }

  /** The stack of this name that is not deleted, or any stack by its id. */
  find(name: string): Stack | undefined {
    return this.stacks.findLast((one) => one.id === name || (one.name === name && one.status !== 'DELETE_COMPLETE'));
  }

  /** Throws ValidationError, as CloudFormation does. */
  need(name: string): Stack {
    const stack = this.find(name);
    if (!stack) throw new AwsError('ValidationError', `Stack with id ${name} does not exist`);
    return stack;
  }

  /** Makes a stack, in the given state. */
  seed(name: string, status: string, body = '', parameters: Record<string, string> = {}): Stack {
    const stack = this.add(name, status);
    stack.template = parseStackTemplate(body);
    stack.parameters = parameters;
    return stack;
  }

  add(name: string, status: string): Stack {
    this.#count += 1;
    const { account, region, clock } = this.place;
    const id = `arn:aws:cloudformation:${region}:${account}:stack/${name}/${uuid(`${name}/${this.#count}`)}`;
    const stack: Stack = {
      name,
      id,
      status,
      reason: undefined,
      template: EMPTY,
      parameters: {},
      tags: {},
      createdAt: clock.now(),
      updatedAt: undefined,
      deletedAt: undefined,
      events: [],
      ahead: [],
    };
    this.stacks.push(stack);
    this.happen(stack, { id: name, type: 'AWS::CloudFormation::Stack', status, reason: undefined, at: clock.now() });
    return stack;
  }

  changeSet(name: string, stackName?: string): ChangeSet {
    const found = this.changeSets.find(
      (one) => one.id === name || (one.name === name && [one.stack.name, one.stack.id].includes(stackName ?? '')),
    );
    if (!found) throw new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);
    return found;
  }

  /** Begins an operation. Its events happen as time passes. */
  begin(stack: Stack, verb: Verb, changes: readonly ResourceChange[], token?: string): void {
    const script = this.#scripts.get(stack.name)?.shift() ?? {};
    stack.ahead = stackTimeline(stack.name, verb, changes, script, this.place.clock.now()).map((one) => ({
      ...one,
      token,
    }));
    this.settle();
  }

  /** Lets everything happen that is due by now. */
  settle(): void {
    const now = this.place.clock.now();
    for (const stack of this.stacks) {
      while (stack.ahead[0] !== undefined && stack.ahead[0].at <= now) {
        const next = stack.ahead.shift();
        if (next) this.happen(stack, next);
        if (stack.ahead.length === 0) for (const listener of this.#ended) listener(stack);
      }
    }
  }

  private happen(stack: Stack, { id, type, status, reason, at, token }: Planned): void {
    const ofStack = id === stack.name;
    stack.events.push({
      eventId: uuid(`${stack.id}/${stack.events.length}`),
      id,
      physicalId: ofStack ? stack.id : `${stack.name}-${id}-${hexId('resource', stack.name + id).slice(0, 12)}`,
      type,
      status,
      reason,
      at,
      token,
    });
    if (!ofStack) return;
    stack.status = status;
    stack.reason = reason;
    if (status === 'UPDATE_COMPLETE') stack.updatedAt = at;
    if (status === 'DELETE_COMPLETE') stack.deletedAt = at;
  }
}

const record = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});

/** Reads a template. Throws ValidationError if it is none. */
export function parseStackTemplate(body: string): ReadTemplate {
  const parsed = record(parse(body, { logLevel: 'silent' }));
  const parameters = Object.entries(record(parsed.Parameters)).map(([name, value]) => {
    const { Default } = record(value);
    return [name, { default: Default === undefined ? undefined : String(Default) }];
  });
  const resources = Object.entries(record(parsed.Resources)).flatMap(([id, value]) => {
    const { Type, DeletionPolicy, Properties, Condition } = record(value);
    // Conditions are not evaluated. A resource with a condition is never made.
    if (Condition !== undefined) return [];
    const policy = String(DeletionPolicy ?? 'Delete');
    return [[id, { type: String(Type), policy, text: JSON.stringify(value), properties: record(Properties) }]];
  });
  return { body, parameters: Object.fromEntries(parameters), resources: Object.fromEntries(resources) };
}
