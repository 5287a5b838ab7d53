import type { Place } from './place.ts';

/** A parameter's value and kind. */
export interface Parameter {
  name: string;
  value: string;
  type: 'String' | 'StringList' | 'SecureString';
  changedAt: number;
}

/** SSM's Parameter Store. */
export class Ssm {
  readonly parameters = new Map<string, Parameter>();

  constructor(private readonly place: Place) {}

  /** Writes a parameter, e.g. `put('/fargate-ci/bucket', 'contexts')`. */
  put(name: string, value: string, type: Parameter['type'] = 'String'): void {
    this.parameters.set(name, { name, value, type, changedAt: this.place.clock.now() });
  }
}
