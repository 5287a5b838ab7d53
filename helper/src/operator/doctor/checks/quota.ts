import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { awsErrorFacts } from '../../../aws/errors.ts';
import type { CheckResult } from './check-result.ts';
import type { Connection } from './doctor-world.ts';

/** Quotas of the vCPUs that may run at once, per account and region: "Fargate On-Demand (Spot) vCPU resource count". */
const CODES = { onDemand: 'L-3032A538', spot: 'L-36FBB829' } as const;
const SERVICE = 'fargate';

/** Numbers of vCPUs; undefined where Service Quotas has none. */
interface VcpuQuotas {
  readonly onDemand: number | undefined;
  readonly spot: number | undefined;
}

/** Reads the account's quotas of vCPUs on Fargate. */
export async function readQuotas({ aws }: Connection, signal: AbortSignal): Promise<VcpuQuotas> {
  const read = async (QuotaCode: string): Promise<number | undefined> => {
    const key = { ServiceCode: SERVICE, QuotaCode };
    const options = { abortSignal: signal };
    try {
      return (await aws.quotas.send(new GetServiceQuotaCommand(key), options)).Quota?.Value;
    } catch (error) {
      // The account has no value of its own, so that AWS' default applies.
      if (awsErrorFacts(error).code !== 'NoSuchResourceException') throw error;
      return (await aws.quotas.send(new GetAWSDefaultServiceQuotaCommand(key), options)).Quota?.Value;
    }
  };
  return { onDemand: await read(CODES.onDemand), spot: await read(CODES.spot) };
}

/**
 * Checks whether the account may run builds at all, and more than one at a time. Pure.
 * @param needed vCPUs of a build with its default cpu
 */
export function checkQuotas({ onDemand, spot }: VcpuQuotas, needed: number, region: string): CheckResult<true> {
  if (onDemand === undefined) return { state: 'unknown', finding: 'Service Quotas names no number of vCPUs' };
  const finding = `${onDemand} vCPU on demand, ${spot ?? '?'} on Spot; a build takes ${needed} unless told otherwise`;
  const ask = (code: string): string =>
    `ask for more (hours to days): aws service-quotas request-service-quota-increase --region ${region} --service-code ${SERVICE} --quota-code ${code} --desired-value 64`;
  if (onDemand < needed) {
    const smaller = onDemand > 0 ? `; until then build with a smaller cpu, at most ${onDemand * 1024}` : '';
    return { state: 'problem', finding: `${finding}: no build can start`, hint: `${ask(CODES.onDemand)}${smaller}` };
  }
  if (onDemand < 2 * needed) {
    return {
      state: 'warning',
      finding: `${finding}: one build at a time, and none beside larger services`,
      hint: ask(CODES.onDemand),
      fact: true,
    };
  }
  if (spot !== undefined && spot < needed) {
    return {
      state: 'warning',
      finding: `${finding}: no build with spot: true can start`,
      hint: ask(CODES.spot),
      fact: true,
    };
  }
  return { state: 'ok', finding, fact: true };
}
