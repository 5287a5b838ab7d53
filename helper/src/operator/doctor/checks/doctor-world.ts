import { type AwsParameters, awsOptions } from '../../../cli/aws-options.ts';
import { Failure } from '../../../failure.ts';
import { Mask } from '../../../secrets/mask.ts';
import type { World } from '../../../world.ts';
import type { OperatorAws, OperatorHost } from '../../operator-world.ts';

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

/** The doctor's world in a real process (or a test's); nothing is called yet. */
export async function openDoctorWorld(
  where: AwsParameters,
  host: OperatorHost,
  mask = new Mask(),
): Promise<DoctorWorld> {
  const { clock, signal, env, nodeVersion } = host;
  return { clock, signal, env, nodeVersion, connection: await tryToConnect(where, host, mask) };
}

async function tryToConnect(where: AwsParameters, host: OperatorHost, mask: Mask): Promise<Connection | Failure> {
  try {
    const aws = host.createOperatorAws(await awsOptions(where, host, mask));
    return { aws, regionOrigin: regionOrigin(where, host) };
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** In the order in which `awsOptions` looks. */
function regionOrigin({ region }: AwsParameters, { env }: OperatorHost): string {
  if (region) return 'parameter region';
  const name = ['FARGATE_CI_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION'].find((one) => env[one]);
  return name === undefined ? 'AWS profile' : `environment ${name}`;
}
