import type { FakeClock } from '../clock.ts';
import { Ecs } from './ecs.ts';
import { Logs } from './logs.ts';
import { S3 } from './s3.ts';
import { Ssm } from './ssm.ts';

/** The account and region that a double plays, and its time. */
export interface Place {
  readonly clock: Pick<FakeClock, 'now'>;
  readonly account: string;
  readonly region: string;
}

/** All that the double knows; each service's part is filled and scripted by tests. */
export class State {
  readonly logs: Logs;
  readonly ecs: Ecs;
  readonly s3: S3;
  readonly ssm: Ssm;

  constructor(readonly place: Place) {
    this.logs = new Logs(place);
    this.ecs = new Ecs(place, this.logs);
    this.s3 = new S3(place);
    this.ssm = new Ssm(place);
  }
}
