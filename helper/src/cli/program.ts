import type { Schema } from '../parameters/schema.ts';
import type { Event } from '../report/events.ts';
import type { Mask } from '../secrets/mask.ts';
import type { Host } from './host.ts';

/** A command of a program: what it is for, and its parameters. */
export interface CommandDeclaration {
  readonly summary: string;
  readonly schema: Schema;
  readonly example: string;
  /** The parameter that may stand on the command line without its flag: `infra service shop`. */
  readonly positional?: string;
}

/** Commands by name; a name is one word or two: `build`, `infra up`. */
export type Commands = Readonly<Record<string, CommandDeclaration>>;

/** Takes fields of the result as they become known, for the result file of a failure. */
export type Partially = (fields: Readonly<Record<string, unknown>>) => void;

/** One call of a command, as it was given; nothing is validated yet. */
export interface Call<Reported> {
  readonly command: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly dryRun: boolean;
  readonly report: (event: Reported) => void;
  readonly partially: Partially;
  readonly mask: Mask;
}

/** A command-line program: the steps' helper is one, the operator's commands are another. */
export interface Program<Runs extends Host = Host, Reported = Event> {
  readonly commands: Commands;
  /** Words an event, those of every program (`failed`, `warning`) too. */
  render(event: Reported | Event, verbose: boolean): string[];
  /** @returns the result; a text is printed as it is */
  perform(call: Call<Reported | Event>, host: Runs): Promise<unknown>;
}
