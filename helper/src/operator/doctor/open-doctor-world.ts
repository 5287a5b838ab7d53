import { type AwsParameters, awsOptions } from '../../cli/aws-options.ts';
import { Failure } from '../../failure.ts';
import { Mask } from '../../secrets/mask.ts';
import type { OperatorHost } from '../operator-world.ts';
import type { Connection, DoctorWorld } from './checks/doctor-world.ts';

/** Makes the doctor's world for a real process (or a test's); nothing is called yet. */
export async function openDoctorWorld(
  parameters: AwsParameters,
  host: OperatorHost,
  mask = new Mask(),
): Promise<DoctorWorld> {
  const { clock, signal, env, nodeVersion } = host;
  return { clock, signal, env, nodeVersion, connection: await tryToConnect(parameters, host, mask) };
}

async function tryToConnect(parameters: AwsParameters, host: OperatorHost, mask: Mask): Promise<Connection | Failure> {
  try {
    const aws = host.createOperatorAws(await awsOptions(parameters, host, mask));
    return { aws, regionOrigin: regionOrigin(parameters, host) };
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** The places in the order in which `awsOptions` looks. */
function regionOrigin({ region }: AwsParameters, { env }: OperatorHost): string {
  if (region) return 'parameter region';
  const name = ['FARGATE_CI_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION'].find((one) => env[one]);
  return name === undefined ? 'AWS profile' : `environment ${name}`;
}
