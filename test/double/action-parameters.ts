import { AwsError } from './errors.ts';
import { asJsonObject, isObject, type Json, type JsonObject } from './json-values.ts';

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
