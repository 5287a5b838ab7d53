import { GetRegistryScanningConfigurationCommand } from '@aws-sdk/client-ecr';
import type { OperatorWorld } from '../../operator-world.ts';
import { foundValue } from '../../stack/template-values.ts';
import { newStacks } from './plan-up.ts';
import type { FoundValues, UpRequest } from './up-request.ts';

/**
 * Turns the scanning of images on for a new builder, where nobody has set it. The setting is one of the account's whole
 * registry in the region, so the rules of others stay. Where it cannot be read, nothing is set.
 */
export async function findScanningValues(world: OperatorWorld, request: UpRequest): Promise<FoundValues['values']> {
  const { target, present, templates, values, prefix } = request;
  const isOpen = templates.builder.parameters.has('ScanImages') && !values.builder.has('ScanImages');
  if (!isOpen || !newStacks(target, present).includes('builder') || (await isScanningSet(world))) return [];
  const text = `ECR will scan each image that is pushed below ${prefix}/ (--builder-parameters ScanImages=false: not)`;
  world.report({ type: 'infra-step', topic: 'images', text });
  return [foundValue('ScanImages', 'true')];
}

/** Whether somebody has set the scanning of images; true where that cannot be read. */
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
