import { type DoctorReport, runDoctor } from '../../helper/src/operator/doctor/doctor.ts';
import type { DoctorParameters } from '../../helper/src/operator/doctor/doctor-parameters.ts';
import { openDoctorWorld } from '../../helper/src/operator/doctor/open-doctor-world.ts';
import { createOperatorAws } from '../../helper/src/operator/operator-clients.ts';
import type { OperatorHost } from '../../helper/src/operator/operator-world.ts';
import { type Double, startDouble } from '../double/double.ts';
import { seedBuilder } from '../double/scripts/builder-fixtures.ts';
import { seedNetwork } from '../double/scripts/network-fixtures.ts';
import { CREDENTIALS } from './world.ts';

/** How the surroundings of a test differ from the usual ones. */
export interface Surroundings {
  env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that this machine's clock is ahead. */
  skew?: number;
  nodeVersion?: string;
  credentials?: OperatorHost['credentials'];
  options?: Partial<DoctorParameters>;
  controller?: AbortController;
}

export const PARAMETERS: DoctorParameters = {
  principal: undefined,
  config: undefined,
  registryCredentials: {},
  json: false,
  prefix: undefined,
  region: undefined,
  cluster: undefined,
  role: undefined,
  mask: [],
};

/** An account in which every check is ok. */
export async function healthyAccount(): Promise<Double> {
  const double = await startDouble();
  seedBuilder(double);
  seedNetwork(double);
  double.iam.createRole('ci');
  double.iam.createRole('AWSServiceRoleForECS', '/aws-service-role/ecs.amazonaws.com/');
  for (const group of ['/fargate-ci/kaniko', '/fargate-ci/apps']) double.logs.retention.set(group, 90);
  return double;
}

/** A process that talks to the double. The double's answers have the real time, so the process has the real clock. */
export function hostOf(double: Double, { env, skew = 0, ...more }: Surroundings = {}): OperatorHost {
  const credentials = more.credentials ?? (async () => CREDENTIALS);
  return {
    version: '1.2.3',
    env: { AWS_REGION: double.place.region, AWS_ENDPOINT_URL: double.url, ...env },
    cwd: '/',
    clock: { now: () => Date.now() + skew, sleep: (ms, signal) => double.clock.sleep(ms, signal) },
    signal: (more.controller ?? new AbortController()).signal,
    stdout() {},
    stderr() {},
    drained: async () => {},
    credentials,
    profileRegion: async () => undefined,
    createSsm: ownClients,
    createAws: ownClients,
    // One attempt: the SDK's waits between attempts are real.
    createOperatorAws: (options) => createOperatorAws({ ...options, maxAttempts: 1 }),
    templates: { network: '', builder: '', jenkins: '', service: '' },
    controller: '/',
    nodeVersion: more.nodeVersion ?? 'v20.19.0',
  };
}

/** The doctor's report on the double. */
export async function runDoctorOn(double: Double, surroundings: Surroundings = {}): Promise<DoctorReport> {
  const options = { ...PARAMETERS, ...surroundings.options };
  return await runDoctor(await openDoctorWorld(options, hostOf(double, surroundings)), options);
}

/** Names of the checks that are not ok, each with its state. */
export const unhealthyChecks = ({ findings }: DoctorReport): Record<string, string> =>
  Object.fromEntries(findings.flatMap(({ name, state }) => (state === 'ok' ? [] : [[name, state]])));

/** All that a check says: its line, hint and details. */
export function textOfCheck({ findings }: DoctorReport, name: string): string {
  const finding = findings.find((one) => one.name === name);
  return finding ? [finding.finding, ...finding.details, finding.hint].join('\n') : `(no check ${name})`;
}

function ownClients(): never {
  throw new Error('the doctor makes its own clients');
}
