import type { Failure } from '../failure.ts';
import type { BuildEvent } from './build-events.ts';
import type { DeployEvent } from './deploy-events.ts';

/** Events that any command may report. */
export type CommonEvent =
  | { type: 'warning'; text: string }
  /** Shown with --verbose only. */
  | { type: 'detail'; text: string }
  | { type: 'setting'; name: string; value: string; origin: string }
  | { type: 'failed'; failure: Failure };

/** Something that happened. Logic reports events, and only renderEvent words them. */
export type Event = CommonEvent | BuildEvent | DeployEvent;

export type Report = (event: Event) => void;
