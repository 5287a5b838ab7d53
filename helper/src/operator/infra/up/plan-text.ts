import type { OperatorWorld } from '../../operator-world.ts';
import { previewStackChange } from '../../stack/deploy-stack.ts';
import { describeNewResources, describeStackChanges, endangersData } from '../../stack/describe-stack-changes.ts';
import { conditionOf, type MainStack, type ObservedStack, stackName } from '../../stack/stacks.ts';
import { resourcesMadeWith } from '../../stack/templates.ts';
import { planControllerImage } from './controller-image.ts';
import { planUp, stacksToDeploy, type UpStep } from './plan-up.ts';
import { CONTEXT_BUCKET, desiredStack, type ProgramFiles, prepareUp, type UpRequest } from './prepare-up.ts';
import type { UpParameters } from './up-parameters.ts';

/** The plan of an `up`, line by line. AWS works out what changes in stacks that are there; nothing is changed. */
export async function planText(world: OperatorWorld, params: UpParameters, own: ProgramFiles): Promise<string> {
  const job = await prepareUp(world, params, own);
  const lines: string[] = [];
  let losses = 0;
  const stacks = new Map<MainStack, ObservedStack>();
  let image: string | undefined;
  for (const kind of stacksToDeploy(job.target, job.present.stacks)) {
    const before = job.present.stacks.get(stackName(job.prefix, kind));
    if (before !== undefined && conditionOf(before.status) === 'settled') stacks.set(kind, before);
  }
  for (const step of planUp(job.target, job.present)) {
    if (step.do === 'image' && stacks.has('builder')) {
      const planned = await planControllerImage(world, job.prefix, job.controller);
      lines.push(`controller image: ${planned.text}`);
      image = planned.image;
      continue;
    }
    const { told, dangers } = await describeStep(world, job, step, { stacks, image });
    lines.push(...told);
    losses += dangers;
  }
  const end =
    losses > 0 && !params.allowDataLoss
      ? 'this plan would lose data: up refuses it without --allow-data-loss'
      : 'nothing was changed: this is a plan';
  return `${[...lines, end].join('\n')}\n`;
}

/** What is known of what a step goes on from. */
interface Before {
  readonly stacks: ReadonlyMap<MainStack, ObservedStack>;
  /** The controller's; undefined where nobody knows it yet, or the operator names his own. */
  readonly image: string | undefined;
}

async function describeStep(world: OperatorWorld, job: UpRequest, step: UpStep, { stacks, image }: Before) {
  const told = (...lines: string[]) => ({ told: lines, dangers: 0 });
  switch (step.do) {
    case 'wait':
      return told(`${step.stack}: ${step.status}, somebody changes it; up waits for that`);
    case 'clear':
      return told(`${step.stack}: ${step.status}, what a failed attempt left is removed first`);
    case 'stuck':
      return told(`${step.stack}: ${step.status}, up says how to get it going again`);
    case 'take-back':
      return told(`${step.stack}: takes back what was kept`, `  take     ${step.what} back`);
    case 'image':
      return told('controller image: built with kaniko on Fargate');
    case 'create': {
      const takes = step.kind === 'builder' && job.present.kept.bucket !== undefined;
      const { template, values } = desiredStack(job, step.kind, stacks);
      const made = resourcesMadeWith(template, values).filter(
        ({ id }) => !(takes && id === CONTEXT_BUCKET.LogicalResourceId),
      );
      return told(`${step.stack}: new`, ...describeNewResources(made).map((line) => `  ${line}`));
    }
    case 'update': {
      const before = stacks.get(step.kind);
      if (before === undefined) return told();
      const found = step.kind === 'jenkins' ? { ControllerImage: image } : {};
      const changes = await previewStackChange(world, desiredStack(job, step.kind, stacks, found), before);
      if (changes === undefined) return told(`${step.stack}: as it should be`);
      return {
        told: [`${step.stack}: changes`, ...describeStackChanges(changes).map((line) => `  ${line}`)],
        dangers: changes.filter(endangersData).length,
      };
    }
  }
}
