import type { ParameterSchema } from '../parameters/schema.ts';
import type { Event } from '../report/events.ts';
import type { Mask } from '../secrets/mask.ts';
import type { HostProcess } from './host-process.ts';

/** A command of a program: what it is for, and its parameters. */
export interface CommandDeclaration {
  readonly summary: string;
  readonly schema: ParameterSchema;
  readonly example: string;
  /** The parameter that may stand on the command line without its flag: `infra service shop`. */
  readonly positional?: string;
}

/** Commands by name. A name has one word or two: `build`, `infra up`. */
export type Commands = Readonly<Record<string, CommandDeclaration>>;

/** Takes fields of the result as they become known. The result file of a failure has them as `partial`. */
type RecordPartialResult = (fields: Readonly<Record<string, unknown>>) => void;

/** One call of a command, with its parameters as they were given: nothing is validated yet. */
export interface CommandCall<Reported> {
  readonly command: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly dryRun: boolean;
  readonly report: (event: Reported) => void;
  readonly recordPartial: RecordPartialResult;
  readonly mask: Mask;
}

/** A command-line program. There are two: the helper of the Jenkins steps, and the operator's commands. */
export interface Program<Host extends HostProcess = HostProcess, Reported = Event> {
  readonly commands: Commands;
  /** Words an event as lines. Every program also words the events that all of them share (`failed`, `warning`). */
  render(event: Reported | Event, verbose: boolean): string[];
  /** @returns the result; a text is printed as it is */
  perform(call: CommandCall<Reported | Event>, host: Host): Promise<unknown>;
}
