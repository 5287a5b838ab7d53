import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AbortBudget } from '../aws/abort-budget.ts';
import { buildComplaints } from '../commands/build/build-complaints.ts';
import { deployComplaints } from '../commands/deploy/deploy-complaints.ts';
import { Failure } from '../failure.ts';
import type { BuildParameters } from '../parameters/build-parameters.ts';
import type { DeployParameters } from '../parameters/deploy-parameters.ts';
import { validate } from '../parameters/validate.ts';
import type { Event, Report } from '../report/events.ts';
import { renderEvent } from '../report/render-event.ts';
import { callFactsOf, namesWithSecrets, secretsInSettings, withoutSecretNames } from '../secrets/given-secrets.ts';
import { exposedByBuild, exposedByDeploy, exposedBySettings, type SecretKnowledge } from '../secrets/warnings.ts';
import type { Setting } from '../settings/resolve-settings.ts';
import { findWorkspace, resolveInWorkspace, type Workspace } from '../workspace/places.ts';
import type { World } from '../world.ts';
import type { HostProcess } from './host-process.ts';
import type { CommandCall, Program } from './program.ts';
import { isStepCommand, type StepCommandName, stepCommands } from './step-commands.ts';

/** A command with its parameters, and what is wrong with them. `calledAs`: the command's name on the command line. */
type StepRequest = { calledAs: StepCommandName; complaints: readonly string[] } & (
  | { command: 'build'; params: BuildParameters }
  | { command: 'deploy'; params: DeployParameters }
);

/** The program that the Jenkins steps call. */
export const stepsProgram: Program = { commands: stepCommands, render: renderEvent, perform: performStepCommand };

/**
 * Performs a step's command, or plans it.
 * @returns its result; for a dry run the plan's text
 */
export async function performStepCommand(
  { dryRun, recordPartial, mask, ...call }: CommandCall<Event>,
  host: HostProcess,
): Promise<unknown> {
  const request = readRequest(call);
  const warnings: string[] = [];
  const report: Report = (event) => {
    if (event.type === 'warning') warnings.push(event.text);
    call.report(event);
  };
  refuseComplaints(request, namesWithSecrets(call.given));
  warnOfExposedSecrets(request, { mask, facts: callFactsOf(call.given, host.env, existsSync) }, report);
  const { params } = request;
  const workspace = await findWorkspace(
    host.env,
    resolve(host.cwd, params.workspace ?? '.'),
    Boolean(params.workspace),
  );
  const place = await placeOf(request, workspace);
  // Code is loaded when it is needed, so a mistake is told, and the first call is made, before most of it is read.
  const { awsOptions, readSources } = await import('./aws-options.ts');
  const { clock, signal, env, drained, enterPhase } = host;
  const abortBudget = new AbortBudget(clock, signal);
  const options = await awsOptions(params, host, mask);
  const sources = await readSources({ aws: { ssm: await host.createSsm(options) }, signal, env }, params);
  mask.add(secretsInSettings([...sources.ssm.values()]));
  const aws = await host.createAws(options);
  const world: World = { clock, aws, report, drained, enterPhase, mask, signal, abortBudget, env };
  const reportSettings = (settings: readonly Setting[]): void => {
    for (const text of exposedBySettings(settings)) report({ type: 'warning', text });
    for (const setting of settings) report({ type: 'setting', ...setting });
  };
  const { buildSettings, deploySettings } = await import('../settings/required-settings.ts');
  if (request.command === 'build') {
    const { buildImage, describeBuild, prepareBuild } = await import('../commands/build/build-image.ts');
    const { settings, shown } = buildSettings(sources);
    reportSettings(shown);
    recordPartial({ warnings });
    const prepared = await prepareBuild(world, request.params, settings, { ...workspace, root: place });
    if (dryRun) return planText(shown, describeBuild(prepared));
    return { ...(await buildImage(world, prepared, recordPartial)), warnings };
  }
  const { deployService, describeDeployment } = await import('../commands/deploy/deploy.ts');
  const { settings, shown } = deploySettings(sources, options.region, request.params.service);
  reportSettings(shown);
  const placed = request.params.taskDefinition ? { ...request.params, taskDefinition: place } : request.params;
  if (dryRun) return planText(shown, await describeDeployment(world, placed, settings, workspace.current));
  return deployService(world, placed, settings, workspace.current, recordPartial);
}

function warnOfExposedSecrets(request: StepRequest, knowledge: SecretKnowledge, report: Report): void {
  const warnings =
    request.command === 'build'
      ? exposedByBuild(request.params, knowledge)
      : exposedByDeploy(request.params, knowledge);
  for (const text of warnings) report({ type: 'warning', text });
}

/** The one path that a command reads, resolved by resolveInWorkspace. It is checked before AWS is asked for anything. */
const placeOf = (request: StepRequest, workspace: Workspace): Promise<string> =>
  request.command === 'build'
    ? resolveInWorkspace(workspace, 'context', request.params.context)
    : resolveInWorkspace(workspace, 'task definition', request.params.taskDefinition ?? '.');

/** Reads the parameters of a command, and collects what is wrong with them. */
function readRequest({ command, given }: Pick<CommandCall<Event>, 'command' | 'given'>): StepRequest {
  if (!isStepCommand(command)) throw new TypeError(`no step's command: ${command}`);
  if (command === 'build') {
    const { values, complaints } = validate(stepCommands.build.schema, given);
    return { calledAs: command, command, params: values, complaints };
  }
  if (command === 'deploy') {
    const { values, complaints } = validate(stepCommands.deploy.schema, given);
    return { calledAs: command, command, params: values, complaints };
  }
  // A rollback is a deployment that takes few parameters.
  const { values, complaints } = validate(stepCommands.rollback.schema, given);
  const { values: params } = validate(stepCommands.deploy.schema, { ...given, rollbackTo: values.rollbackTo });
  return { calledAs: command, command: 'deploy', params, complaints };
}

/**
 * Throws where something is wrong with the parameters; all of it is told at once.
 * @throws Failure `usage`
 */
function refuseComplaints(request: StepRequest, aboutSecretNames: readonly string[]): void {
  const ofCommand =
    request.command === 'build'
      ? buildComplaints(withoutSecretNames(request.params))
      : deployComplaints(withoutSecretNames(request.params));
  const complaints = [...request.complaints, ...ofCommand, ...aboutSecretNames];
  const [first] = complaints;
  if (first === undefined) return;
  const { step } = stepCommands[request.calledAs];
  const hint = `the parameters of ${step}: docs/${step}.md, or fargate-ci ${request.calledAs} --help`;
  if (complaints.length === 1) throw new Failure('usage', first, { hint });
  throw new Failure('usage', `${complaints.length} things are wrong with the parameters`, {
    hint,
    evidence: complaints,
  });
}

function planText(settings: readonly Setting[], lines: readonly string[]): string {
  const width = Math.max(...settings.map(({ name }) => name.length));
  return `${[
    'settings',
    ...settings.map(({ name, value, origin }) => `  ${name.padEnd(width)}  ${value || 'none'}  (${origin})`),
    ...lines,
    'nothing was changed: this is a dry run',
  ].join('\n')}\n`;
}
