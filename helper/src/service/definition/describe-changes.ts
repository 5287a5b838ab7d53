import { canonicalDefinition } from '../../ecs/canonical-definition.ts';
import type { Definition } from '../revision.ts';

/** The values of variables and fields with such names are never shown, neither old nor new. */
const SECRET_NAME = /pass|secret|token|credential|private|auth|api_?key|access_?key|encryption_?key|dsn|_url$|_uri$/i;
/** The longest value that is shown, in characters. */
const MAX_SHOWN = 60;
const hasSecretName = (name: string): boolean => SECRET_NAME.test(name);
/** Shown in place of a secret value. */
export const HIDDEN_VALUE = '(hidden)';

/** How values are shown, with their secrets hidden. Without it, changes are named without the values that may be secret. */
export interface ValueDisplay {
  /** The value of an environment variable. */
  variable(name: string, value: string): string;
  /** The words of a command. */
  words(words: readonly string[]): string;
}

/**
 * Describes for people what differs between two definitions: `image 4f1c2a9be03d -> 9b2a77c01d55`, `cpu 256 -> 512`,
 * `env LOG_LEVEL info -> debug`, `env API_TOKEN changed`.
 */
export function describeDefinitionChanges(present: Definition, next: Definition, values?: ValueDisplay): string[] {
  const before = asObject(canonicalDefinition(present));
  const after = asObject(canonicalDefinition(next));
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  names.delete('containerDefinitions');
  const ofTask = [...names].flatMap((name) => fieldChange(name, before[name], after[name]));
  return [...containerChanges(present, next, values), ...ofTask];
}

function containerChanges(present: Definition, next: Definition, values: ValueDisplay | undefined): string[] {
  const before = containers(present);
  const after = containers(next);
  const all: string[] = [];
  for (const name of before.keys()) if (!after.has(name)) all.push(`container ${name} removed`);
  for (const [name, container] of after) {
    const was = before.get(name);
    const where = after.size > 1 ? `${name}: ` : '';
    if (was === undefined) all.push(`container ${name} added`);
    else all.push(...fieldChanges(was, container, values).map((text) => where + text));
  }
  return all;
}

/** Containers in canonical form, by name. */
function containers(definition: Definition): Map<string, Record<string, unknown>> {
  const list = asObject(canonicalDefinition(definition)).containerDefinitions;
  const objects = Array.isArray(list) ? list.map(asObject) : [];
  return new Map(objects.map((container) => [String(container.name), container]));
}

function fieldChanges(
  was: Record<string, unknown>,
  now: Record<string, unknown>,
  values: ValueDisplay | undefined,
): string[] {
  const secretNames = new Set([...variables(was.secrets).keys(), ...variables(now.secrets).keys()]);
  const ofVariable = values && {
    // A variable that is a secret in one of the two definitions is hidden in both.
    env: (name: string, value: string) =>
      hasSecretName(name) || secretNames.has(name) ? HIDDEN_VALUE : values.variable(name, value),
    secret: (_name: string, value: string) => value,
  };
  const names = new Set([...Object.keys(was), ...Object.keys(now)]);
  return [...names].flatMap((name) => {
    if (name === 'environment') return variableChanges('env', was[name], now[name], ofVariable?.env);
    if (name === 'secrets') return variableChanges('secret', was[name], now[name], ofVariable?.secret);
    if (name === 'image') return change('image', shortImage(was[name], now[name]), shortImage(now[name], was[name]));
    if (name === 'portMappings') return change('port', ports(was[name]), ports(now[name]));
    if (values && (name === 'command' || name === 'entryPoint')) {
      if (JSON.stringify(was[name]) === JSON.stringify(now[name])) return [];
      const shown = (list: unknown) => (list === undefined ? undefined : values.words(asTexts(list)));
      return describeValues(spacedName(name), shown(was[name]), shown(now[name]));
    }
    return fieldChange(name, was[name], now[name]);
  });
}

function variableChanges(
  kind: 'env' | 'secret',
  was: unknown,
  now: unknown,
  shown: ((name: string, value: string) => string) | undefined,
): string[] {
  const old = variables(was);
  const current = variables(now);
  return [...new Set([...old.keys(), ...current.keys()])].sort().flatMap((name) => {
    const label = `${kind} ${name}`;
    const before = old.get(name);
    const after = current.get(name);
    if (before === after) return [];
    if (shown) {
      return describeValues(
        label,
        before === undefined ? before : shown(name, before),
        after === undefined ? after : shown(name, after),
      );
    }
    if (before === undefined) return [`${label} added`];
    if (after === undefined) return [`${label} removed`];
    return hasSecretName(name) || kind === 'secret' ? [`${label} changed`] : change(label, before, after);
  });
}

function variables(list: unknown): Map<string, string> {
  const entries = Array.isArray(list) ? list.map(asObject) : [];
  return new Map(entries.map((entry) => [String(entry.name), String(entry.value ?? entry.valueFrom ?? '')]));
}

/** A change of a value that may be shown; before or after, there may be none. */
function describeValues(label: string, before: string | undefined, after: string | undefined): string[] {
  if (before === undefined) return [`${label} added: ${after}`];
  return [after === undefined ? `${label} removed, was ${before}` : `${label} ${before} -> ${after}`];
}

const asTexts = (list: unknown): string[] => (Array.isArray(list) ? list.map(String) : []);

/** A field that this release does not know may hold a secret, so its name decides whether its value is shown. */
function fieldChange(name: string, before: unknown, after: unknown): string[] {
  const hideSecret = (value: unknown): unknown => (hasSecretName(name) && isShowable(value) ? [value] : value);
  return change(spacedName(name), hideSecret(before), hideSecret(after));
}

function change(label: string, before: unknown, after: unknown): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (before === undefined) return [isShowable(after) ? `${label} ${after}` : `${label} added`];
  if (after === undefined) return [`${label} removed`];
  return [isShowable(before) && isShowable(after) ? `${label} ${before} -> ${after}` : `${label} changed`];
}

const isShowable = (value: unknown): boolean =>
  typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= MAX_SHOWN);

/** An image as short as it can be read: of the same repository as the other one, only its digest's start or its tag. */
function shortImage(image: unknown, other: unknown): string | undefined {
  if (typeof image !== 'string') return undefined;
  const digest = /@sha256:([0-9a-f]{12})/.exec(image)?.[1];
  const repository = (name: unknown): string => String(name).replace(/@.*$|:[^:/]*$/g, '');
  const tag = /:([^:/@]+)$/.exec(image)?.[1];
  if (repository(image) !== repository(other)) return image.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]*/, '$1');
  return digest ?? tag ?? image;
}

function ports(list: unknown): string | undefined {
  const entries = Array.isArray(list) ? list.map(asObject) : [];
  const texts = entries.map((entry) => String(entry.containerPort ?? entry.containerPortRange ?? ''));
  return texts.length === 0 ? undefined : texts.join(', ');
}

/** `taskRoleArn` -> `task role`. */
const spacedName = (name: string): string =>
  name
    .replace(/Arn$/, '')
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase();

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
