import type { Event } from '../report/events.ts';

/** What is done to a stack. */
export type StackVerb = 'create' | 'update' | 'import' | 'delete';

/** What the infra commands report. Durations are milliseconds. */
type InfraEvent =
  | { type: 'stack-unchanged'; stack: string }
  | { type: 'stack-changing'; stack: string; verb: StackVerb; changes: readonly string[]; console: string }
  /** A resource has reached its end: `created`, `updated`, `deleted`, `not created` and so on. */
  | { type: 'resource'; id: string; kind: string; outcome: string; ms: number; reason: string }
  /** Nothing has happened for a while; `resources` are still under way. */
  | { type: 'stack-waiting'; stack: string; resources: readonly string[]; ms: number }
  | { type: 'stack-done'; stack: string; verb: StackVerb; ms: number }
  /** A step that is not about a stack: its topic and its text. */
  | { type: 'infra-step'; topic: string; text: string }
  /** What the operator does next, line by line. */
  | { type: 'infra-next'; lines: readonly string[] };

/** All that an operator's command reports: the events of the steps, and those of stacks. */
export type OperatorEvent = Event | InfraEvent;
