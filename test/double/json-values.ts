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
