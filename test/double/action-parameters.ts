import { AwsError } from './errors.ts';

/** JSON, with Dates where AWS has timestamps: they travel as seconds since the epoch. */
export type Json = string | number | boolean | null | undefined | Date | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** True for an object that is not null, no list and no Date. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Tells the type checker that a parsed value is JSON, after a look at every part of it. */
export function asJson(value: unknown): Json {
  if (value === null || value === undefined || value instanceof Date) return value;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(asJson);
  if (isObject(value)) return asJsonObject(value);
  throw new TypeError(`not JSON: ${typeof value}`);
}

export function asJsonObject(value: unknown): JsonObject {
  if (!isObject(value)) throw new TypeError('not a JSON object');
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, asJson(one)]));
}

/** A copy that lacks these fields. */
export function without(value: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** A value as awsJson1_1 sends it: timestamps in seconds, without undefined fields. */
export function encodeJson(value: JsonObject): string {
  const encode = (one: Json): Json => {
    if (one instanceof Date) return one.getTime() / 1000;
    if (Array.isArray(one)) return one.map(encode);
    return isObject(one) ? Object.fromEntries(Object.entries(asJsonObject(one)).map(([k, v]) => [k, encode(v)])) : one;
  };
  return JSON.stringify(encode(value));
}

/** A request's parameters, read with the checks that AWS makes of their types. */
export class Fields {
  constructor(
    readonly all: JsonObject,
    private readonly where = '',
  ) {}

  has(name: string): boolean {
    return this.all[name] !== undefined && this.all[name] !== null;
  }

  /** A string; undefined if it is missing. */
  text(name: string): string | undefined {
    const value = this.all[name] ?? undefined;
    if (value === undefined || typeof value === 'string') return value;
    throw this.#wrong(name, 'a string');
  }

  /** A string that must be there. */
  need(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '')
      throw new AwsError('InvalidParameterException', `${name} can not be blank.`);
    return value;
  }

  number(name: string): number | undefined {
    const value = this.all[name] ?? undefined;
    if (value === undefined || typeof value === 'number') return value;
    throw this.#wrong(name, 'a number');
  }

  flag(name: string): boolean | undefined {
    const value = this.all[name] ?? undefined;
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.#wrong(name, 'a boolean');
  }

  /** A structure; an empty one if it is missing. */
  object(name: string): Fields {
    const value = this.all[name] ?? {};
    if (!isObject(value)) throw this.#wrong(name, 'a structure');
    return new Fields(asJsonObject(value), `${this.where}${name}.`);
  }

  /** A list of strings; empty if it is missing. */
  texts(name: string): string[] {
    return this.#list(name).map((one) => {
      if (typeof one === 'string') return one;
      throw this.#wrong(name, 'a list of strings');
    });
  }

  /** A list of structures; empty if it is missing. */
  objects(name: string): Fields[] {
    return this.#list(name).map((one) => {
      if (isObject(one)) return new Fields(asJsonObject(one), `${this.where}${name}.`);
      throw this.#wrong(name, 'a list of structures');
    });
  }

  #list(name: string): readonly Json[] {
    const value = this.all[name] ?? [];
    // The Query protocol's empty list.
    if (value === '') return [];
    if (Array.isArray(value)) return value;
    throw this.#wrong(name, 'a list');
  }

  #wrong(name: string, kind: string): AwsError {
    return new AwsError('SerializationException', `${this.where}${name} is not ${kind}`);
  }
}
