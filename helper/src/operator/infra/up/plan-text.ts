import type { OperatorWorld } from '../../operator-world.ts';
import { previewStackChange } from '../../stack/deploy-stack.ts';
import { describeNewResources, describeStackChanges, endangersData } from '../../stack/describe-stack-changes.ts';
import { conditionOf, type MainStack, type ObservedStack, stackName } from '../../stack/stacks.ts';
import { resourcesMadeWith } from '../../stack/templates.ts';
import { planControllerImage } from './controller-image.ts';
import { CONTEXT_BUCKET, desiredStack } from './desired-stack.ts';
import { planUp, stacksToDeploy, type UpStep } from './plan-up.ts';
import { prepareUp } from './prepare-up.ts';
import type { UpParameters } from './up-parameters.ts';
import type { ProgramFiles, UpRequest } from './up-request.ts';

/**
 * The plan of an `up`, line by line. CloudFormation works out what changes in the stacks that are there; nothing is
 * changed.
 */
export async function upPlanText(world: OperatorWorld, params: UpParameters, files: ProgramFiles): Promise<string> {
  const request = await prepareUp(world, params, files);
  const { target, present, prefix } = request;
  const lines: string[] = [];
  let losses = 0;
  let image: string | undefined;
  const settled = new Map<MainStack, ObservedStack>();
  for (const kind of stacksToDeploy(target, present.stacks)) {
    const stack = present.stacks.get(stackName(prefix, kind));
    if (stack !== undefined && conditionOf(stack.status) === 'settled') settled.set(kind, stack);
  }
  for (const step of planUp(target, present)) {
    if (step.action === 'image' && settled.has('builder')) {
      const planned = await planControllerImage(world, prefix, request.controller);
      lines.push(`controller image: ${planned.text}`);
      image = planned.image;
      continue;
    }
    const described = await describeUpStep(world, request, step, { settled, image });
    lines.push(...described.lines);
    losses += described.losses;
  }
  const end =
    losses > 0 && !params.allowDataLoss
      ? 'this plan would lose data: up refuses it without --allow-data-loss'
      : 'nothing was changed: this is a plan';
  return `${[...lines, end].join('\n')}\n`;
}

/** What a plan knows of the things that a step needs. */
interface KnownParts {
  /** The stacks that are there and can be changed. */
  readonly settled: ReadonlyMap<MainStack, ObservedStack>;
  /** The controller's image; undefined where it is not known yet, or the operator names one. */
  readonly image: string | undefined;
}

/** A step in words, and how many of its changes would lose data. */
interface DescribedStep {
  readonly lines: readonly string[];
  readonly losses: number;
}

async function describeUpStep(
  world: OperatorWorld,
  request: UpRequest,
  step: UpStep,
  { settled, image }: KnownParts,
): Promise<DescribedStep> {
  const withoutLoss = (...lines: string[]): DescribedStep => ({ lines, losses: 0 });
  switch (step.action) {
    case 'wait':
      return withoutLoss(`${step.stack}: ${step.status}, somebody changes it; up waits for that`);
    case 'clear':
      return withoutLoss(`${step.stack}: ${step.status}, what a failed attempt left is removed first`);
    case 'stuck':
      return withoutLoss(`${step.stack}: ${step.status}, up says how to get it going again`);
    case 'take-back':
      return withoutLoss(`${step.stack}: takes back what was kept`, `  take     ${step.what} back`);
    case 'image':
      return withoutLoss('controller image: built with kaniko on Fargate');
    case 'create': {
      const importsBucket = step.kind === 'builder' && request.present.kept.bucket !== undefined;
      const { template, values } = desiredStack(request, step.kind, settled);
      const made = resourcesMadeWith(template, values).filter(
        ({ id }) => !(importsBucket && id === CONTEXT_BUCKET.LogicalResourceId),
      );
      return withoutLoss(`${step.stack}: new`, ...describeNewResources(made).map((line) => `  ${line}`));
    }
    case 'update': {
      const before = settled.get(step.kind);
      if (before === undefined) return withoutLoss();
      const found = step.kind === 'jenkins' ? { ControllerImage: image } : {};
      const changes = await previewStackChange(world, desiredStack(request, step.kind, settled, found), before);
      if (changes === undefined) return withoutLoss(`${step.stack}: as it should be`);
      return {
        lines: [`${step.stack}: changes`, ...describeStackChanges(changes).map((line) => `  ${line}`)],
        losses: changes.filter(endangersData).length,
      };
    }
  }
}
