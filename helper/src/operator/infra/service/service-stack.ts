import type { OperatorWorld, TemplateTexts } from '../../operator-world.ts';
import { deployStack, previewStackChange } from '../../stack/deploy-stack.ts';
import { describeNewResources, describeStackChanges } from '../../stack/describe-stack-changes.ts';
import { conditionOf } from '../../stack/stacks.ts';
import { resourcesMadeWith } from '../../stack/templates.ts';
import { type PreparedService, prepareService } from './prepare-service.ts';
import type { ServiceParameters } from './service-parameters.ts';

/** What `infra service` returns. */
interface ServiceResult {
  readonly service: string;
  readonly stack: string;
  readonly url: string | null;
  readonly targetGroup: string | null;
}

/** Creates or updates the stack that leads to an app, and tells what to write in the app's Jenkinsfile. */
export async function runInfraService(
  world: OperatorWorld,
  params: ServiceParameters,
  templates: TemplateTexts,
): Promise<ServiceResult> {
  const { desired, before } = await prepareService(world, params, templates);
  const limits = { allowDataLoss: params.allowDataLoss, timeoutMs: params.timeout * 60_000 };
  const stack = await deployStack(world, desired, before, limits);
  const port = stack.parameters.Port ?? String(params.port ?? 8080);
  const { Url = '', TargetGroupArn } = stack.outputs;
  world.report({
    type: 'infra-next',
    lines: [
      `${params.service} will be at ${Url}; in its Jenkinsfile:`,
      `  def built = kanikoBuild(image: '${params.service.toLowerCase()}')`,
      `  fargateDeploy(service: '${params.service}', image: built, port: ${port})`,
      'fargateDeploy finds target group, security group, role and log group by the name of the service.',
    ],
  });
  return { service: params.service, stack: stack.name, url: Url || null, targetGroup: TargetGroupArn ?? null };
}

/** The plan of `infra service`, line by line; nothing is changed. */
export async function servicePlanText(
  world: OperatorWorld,
  params: ServiceParameters,
  templates: TemplateTexts,
): Promise<string> {
  const prepared = await prepareService(world, params, templates);
  const changes = await describePlannedChanges(world, prepared);
  const lines = [prepared.desired.name, ...changes.map((line) => `  ${line}`), 'nothing was changed: this is a plan'];
  return `${lines.join('\n')}\n`;
}

async function describePlannedChanges(world: OperatorWorld, { desired, before }: PreparedService): Promise<string[]> {
  if (before === undefined || conditionOf(before.status) !== 'settled')
    return describeNewResources(resourcesMadeWith(desired.template, desired.values));
  const changes = await previewStackChange(world, desired, before);
  return changes ? describeStackChanges(changes) : ['as it should be'];
}
