import type { ServiceName } from '../action.ts';
import type { AwsError } from '../errors.ts';
import type { JsonObject } from '../json-values.ts';
import type { State } from '../state/state.ts';

/** A request as it came over the wire. */
export interface Incoming {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** What goes back over the wire. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** A request that was understood: what it asks, and how its wire format words an answer and a refusal. */
export interface Exchange {
  service: ServiceName;
  action: string;
  input: JsonObject;
  /** Throws AwsError. */
  run(state: State): Answer;
  refuse(error: AwsError): Answer;
}
