import { hexId } from './ids.ts';
import type { Place } from './place.ts';

/** Secrets Manager: names and values. */
export class Secrets {
  readonly all = new Map<string, { arn: string; value: string; createdAt: number }>();

  constructor(private readonly place: Place) {}

  /** Makes a secret. Returns its ARN, which ends in six characters that AWS adds. */
  put(name: string, value = ''): string {
    const { region, account, clock } = this.place;
    const arn = `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${hexId(name).slice(0, 6)}`;
    this.all.set(name, { arn, value, createdAt: clock.now() });
    return arn;
  }
}
