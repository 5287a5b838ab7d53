import { Failure } from '../../../failure.ts';
import type { CheckResult } from './check-result.ts';
import type { Connection, DoctorWorld } from './doctor-world.ts';

/** Checks whether a region is set, and whether it looks like one. */
export function checkRegion({ connection, env }: DoctorWorld): CheckResult<Connection> {
  if (connection instanceof Failure) {
    return { state: 'problem', category: 'usage', finding: connection.message, hint: connection.hint };
  }
  const { region } = connection.aws;
  const endpoint = env.AWS_ENDPOINT_URL;
  const finding = `${region} (${connection.regionOrigin})${endpoint ? `, played by ${endpoint} (AWS_ENDPOINT_URL)` : ''}`;
  if (/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) return { state: 'ok', finding, fact: connection };
  return {
    state: 'problem',
    category: 'usage',
    finding: `${finding} is no region's name`,
    hint: 'name one as AWS does, for instance ap-southeast-2; not an availability zone (ap-southeast-2a)',
  };
}
