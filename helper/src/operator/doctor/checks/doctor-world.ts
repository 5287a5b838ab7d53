import type { Failure } from '../../../failure.ts';
import type { World } from '../../../world.ts';
import type { OperatorAws } from '../../operator-world.ts';

/** One AWS account and region, as these credentials reach it; nothing was called yet. */
export interface Connection {
  readonly aws: OperatorAws;
  /** Where the region was found: `environment AWS_REGION`. */
  readonly regionOrigin: string;
}

/** All that the doctor looks at; it changes nothing of it. */
export interface DoctorWorld extends Pick<World, 'clock' | 'signal' | 'env'> {
  /** As `process.version` has it: `v20.11.1`. */
  readonly nodeVersion: string;
  /** A Failure where AWS cannot even be asked: no region is set. */
  readonly connection: Connection | Failure;
}
