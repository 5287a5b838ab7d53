import { canonicalDefinition } from '../../ecs/canonical-definition.ts';
import type { Definition } from '../revision.ts';

/** Values under such names are never shown, neither the old nor the new one. */
const SECRET_NAME = /pass|secret|token|credential|private|auth|api_?key|access_?key|encryption_?key|dsn|_url$|_uri$/i;
const LONG = 60;
const isSecret = (name: string): boolean => SECRET_NAME.test(name);
/** What stands for a value that is not shown. */
export const HIDDEN_VALUE = '(hidden)';

/** How the values of variables and commands are shown, with what is secret in them hidden; without it they are not. */
export interface ValueDisplay {
  variable(name: string, value: string): string;
  words(words: readonly string[]): string;
}

/**
 * What differs between two definitions, for people: `image 4f1c2a9be03d -> 9b2a77c01d55`, `cpu 256 -> 512`,
 * `env LOG_LEVEL info -> debug`, `env API_TOKEN changed`.
 */
export function describeDefinitionChanges(present: Definition, next: Definition, values?: ValueDisplay): string[] {
  const before = asObject(canonicalDefinition(present));
  const after = asObject(canonicalDefinition(next));
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  names.delete('containerDefinitions');
  const whole = [...names].flatMap((name) => fieldChange(name, before[name], after[name]));
  return [...containerChanges(present, next, values), ...whole];
}

function containerChanges(present: Definition, next: Definition, values: ValueDisplay | undefined): string[] {
  const old = containers(present);
  const now = containers(next);
  const several = now.size > 1;
  const all: string[] = [];
  for (const name of old.keys()) if (!now.has(name)) all.push(`container ${name} removed`);
  for (const [name, container] of now) {
    const was = old.get(name);
    const where = several ? `${name}: ` : '';
    if (was === undefined) all.push(`container ${name} added`);
    else all.push(...fieldChanges(was, container, values).map((text) => where + text));
  }
  return all;
}

/** Containers in their normal form, by name. */
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
  const secret = new Set([...variables(was.secrets).keys(), ...variables(now.secrets).keys()]);
  const ofVariable = values && {
    // What is a secret before or after is one.
    env: (name: string, value: string) =>
      isSecret(name) || secret.has(name) ? HIDDEN_VALUE : values.variable(name, value),
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
      const shown = (list: unknown) => (list === undefined ? undefined : values.words(texts(list)));
      return told(word(name), shown(was[name]), shown(now[name]));
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
  const fresh = variables(now);
  return [...new Set([...old.keys(), ...fresh.keys()])].sort().flatMap((name) => {
    const label = `${kind} ${name}`;
    const before = old.get(name);
    const after = fresh.get(name);
    if (before === after) return [];
    if (shown) {
      return told(
        label,
        before === undefined ? before : shown(name, before),
        after === undefined ? after : shown(name, after),
      );
    }
    if (before === undefined) return [`${label} added`];
    if (after === undefined) return [`${label} removed`];
    return isSecret(name) || kind === 'secret' ? [`${label} changed`] : change(label, before, after);
  });
}

function variables(list: unknown): Map<string, string> {
  const entries = Array.isArray(list) ? list.map(asObject) : [];
  return new Map(entries.map((entry) => [String(entry.name), String(entry.value ?? entry.valueFrom ?? '')]));
}

/** Two values in words, of which one may be missing. */
function told(label: string, before: string | undefined, after: string | undefined): string[] {
  if (before === undefined) return [`${label} added: ${after}`];
  return [after === undefined ? `${label} removed, was ${before}` : `${label} ${before} -> ${after}`];
}

const texts = (list: unknown): string[] => (Array.isArray(list) ? list.map(String) : []);

/** A field that is newer than this release may hold a secret: its name says so. */
function fieldChange(name: string, before: unknown, after: unknown): string[] {
  const hide = (value: unknown): unknown => (isSecret(name) && simple(value) ? [value] : value);
  return change(word(name), hide(before), hide(after));
}

function change(label: string, before: unknown, after: unknown): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (before === undefined) return [simple(after) ? `${label} ${after}` : `${label} added`];
  if (after === undefined) return [`${label} removed`];
  return [simple(before) && simple(after) ? `${label} ${before} -> ${after}` : `${label} changed`];
}

const simple = (value: unknown): boolean =>
  typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= LONG);

/** Of two images of one repository only what differs is worth reading: the digest's beginning, or the tag. */
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
const word = (name: string): string =>
  name
    .replace(/Arn$/, '')
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase();

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
