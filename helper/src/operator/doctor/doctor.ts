import { EXIT_STATUS } from '../../failure.ts';
import { buildParameters } from '../../parameters/build-parameters.ts';
import type { Setting } from '../../settings/resolve-settings.ts';
import { CheckRunner } from './check-runner.ts';
import { checkAccount } from './checks/account.ts';
import type { CheckFinding } from './checks/check-result.ts';
import type { DoctorWorld } from './checks/doctor-world.ts';
import { lookAtLinkedRole } from './checks/ecs-role.ts';
import { checkSettings, readSettings } from './checks/found-settings.ts';
import { checkNode } from './checks/node.ts';
import { checkQuotas, readQuotas } from './checks/quota.ts';
import { checkRegion } from './checks/region.ts';
import type { DoctorParameters } from './doctor-parameters.ts';
import { examineBuilds } from './examine-builds.ts';
import { examineCaller } from './examine-caller.ts';
import { examineServices } from './examine-services.ts';
import type { FoundSetup } from './found-setup.ts';

/** The findings in the order in which one check builds on another. */
export interface DoctorReport {
  readonly prefix: string;
  readonly findings: readonly CheckFinding[];
  /** Each setting that was found, with its origin. */
  readonly settings: readonly Setting[];
  /** 0 without a problem; 30 where something in AWS is wrong; 2 where all that is wrong was configured here. */
  readonly exitStatus: number;
}

/** vCPUs of a build whose size is not given. */
const BUILD_VCPUS = buildParameters.cpu.default / 1024;

/**
 * Looks at everything that a build and a deployment need, and changes nothing.
 * @throws the signal's reason once it is aborted; whatever else goes wrong is a finding
 */
export async function runDoctor(world: DoctorWorld, options: DoctorParameters): Promise<DoctorReport> {
  const { env, signal } = world;
  const runner = new CheckRunner(signal);
  const prefix = options.prefix || env.FARGATE_CI_PREFIX || 'fargate-ci';
  await runner.run({ name: 'node', needs: {}, look: () => checkNode(world.nodeVersion) });
  const region = await runner.run({ name: 'region', needs: {}, look: () => checkRegion(world) });
  const identity = await examineCaller(runner, world, region, options.role || env.FARGATE_CI_ROLE);
  const settings = await runner.run({
    name: 'settings',
    needs: { region, identity },
    look: async ({ region }) => checkSettings(await readSettings(region, world, { prefix, cluster: options.cluster })),
  });
  await runner.run({
    name: 'account',
    needs: { identity, settings },
    look: ({ identity, settings }) => checkAccount(identity, settings),
  });
  const setup: FoundSetup = { runner, world, options, prefix, region, identity, settings };
  const vpc = await examineBuilds(setup);
  await examineServices(setup, vpc);
  await examineAccount(setup);
  const { findings } = runner;
  return { prefix, findings, settings: [...(settings.fact?.values() ?? [])], exitStatus: exitStatusOf(findings) };
}

/** Checks what an account has or lacks, whatever the settings say. */
async function examineAccount({ runner, world, region, identity }: FoundSetup): Promise<void> {
  const { signal } = world;
  await runner.run({
    name: 'vCPU quota',
    reads: ['servicequotas:GetServiceQuota', 'servicequotas:GetAWSDefaultServiceQuota'],
    needs: { identity, region },
    look: async ({ region }) => checkQuotas(await readQuotas(region, signal), BUILD_VCPUS, region.aws.region),
  });
  await runner.run({
    name: 'ECS role',
    reads: ['iam:GetRole'],
    needs: { identity, region },
    look: ({ region }) => lookAtLinkedRole(region, signal),
  });
}

function exitStatusOf(findings: readonly CheckFinding[]): number {
  const problems = findings.filter(({ state }) => state === 'problem');
  return Math.max(0, ...problems.map(({ category }) => EXIT_STATUS[category]));
}
