import { GetRegistryScanningConfigurationCommand } from '@aws-sdk/client-ecr';
import type { OperatorWorld } from '../../operator-world.ts';
import type { FoundValues } from './find-host.ts';
import { newStacks } from './plan-up.ts';
import type { UpRequest } from './prepare-up.ts';

/**
 * Turns the scanning of images on for a new builder where nobody has set it: it is a setting of the account's whole
 * registry in the region, so that rules of others are left as they are. Where it cannot be looked at, nothing is set.
 */
export async function findScanningValues(world: OperatorWorld, job: UpRequest): Promise<FoundValues['values']> {
  const { target, present, templates, given, prefix } = job;
  const mine = templates.builder.parameters.has('ScanImages') && !given.builder.has('ScanImages');
  if (!mine || !newStacks(target, present).includes('builder') || (await isScanningSet(world))) return [];
  const text = `ECR will scan each image that is pushed below ${prefix}/ (--builder-parameters ScanImages=false: not)`;
  world.report({ type: 'infra-step', topic: 'images', text });
  return [['ScanImages', { value: 'true', by: '' }]];
}

async function isScanningSet({ aws, signal }: OperatorWorld): Promise<boolean> {
  try {
    const { scanningConfiguration } = await aws.ecr.send(new GetRegistryScanningConfigurationCommand({}), {
      abortSignal: signal,
    });
    const { scanType, rules = [] } = scanningConfiguration ?? {};
    return scanType !== 'BASIC' || rules.length > 0;
  } catch {
    signal.throwIfAborted();
    return true;
  }
}
