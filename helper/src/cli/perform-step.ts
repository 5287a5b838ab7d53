import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AbortBudget } from '../aws/abort-budget.ts';
import { buildComplaints, deployComplaints } from '../commands/complaints.ts';
import { Failure } from '../failure.ts';
import type { BuildParameters } from '../parameters/build-parameters.ts';
import type { DeployParameters } from '../parameters/deploy-parameters.ts';
import { validate } from '../parameters/validate.ts';
import type { Event, Report } from '../report/events.ts';
import { render } from '../report/render-event.ts';
import { namesWithSecrets, secretsInSettings, surroundingsOf, withoutSecretNames } from '../secrets/given-secrets.ts';
import { exposedByBuild, exposedByDeploy, exposedBySettings } from '../secrets/warnings.ts';
import type { Setting } from '../settings/resolve.ts';
import { findWorkspace, resolveInWorkspace, type Workspace } from '../workspace/places.ts';
import type { World } from '../world.ts';
import type { Host } from './host.ts';
import type { Call, Program } from './program.ts';
import { type CommandName, commands, isCommand } from './step-commands.ts';

/** A command with its parameters, read but for the complaints. `asked`: as the user called it. */
type Request = { asked: CommandName } & (
  | { command: 'build'; params: BuildParameters }
  | { command: 'deploy'; params: DeployParameters }
) & {
    complaints: readonly string[];
  };

/** The steps' program: what Jenkins calls. */
export const steps: Program = { commands, render, perform };

/**
 * Performs a step's command, or plans it.
 * @returns its result; the plan's text for a dry run
 */
export async function perform({ dryRun, partially, mask, ...call }: Call<Event>, host: Host): Promise<unknown> {
  const request = read(call);
  const warnings: string[] = [];
  const report: Report = (event) => {
    if (event.type === 'warning') warnings.push(event.text);
    call.report(event);
  };
  refuse(request, namesWithSecrets(call.given));
  const judge = { mask, surroundings: surroundingsOf(call.given, host.env, existsSync) };
  const exposed =
    request.command === 'build' ? exposedByBuild(request.params, judge) : exposedByDeploy(request.params, judge);
  for (const text of exposed) report({ type: 'warning', text });
  const { params } = request;
  const workspace = await findWorkspace(
    host.env,
    resolve(host.cwd, params.workspace ?? '.'),
    Boolean(params.workspace),
  );
  const place = await placeOf(request, workspace);
  // Code is loaded as it is needed: a mistake is told, and the first call made, before most of it is read.
  const { awsOptions, readSources } = await import('./aws-options.ts');
  const { clock, signal, env, drained, settle } = host;
  const abortBudget = new AbortBudget(clock, signal);
  const options = await awsOptions(params, host, mask);
  const sources = await readSources({ aws: { ssm: await host.createSsm(options) }, signal, env }, params);
  mask.add(secretsInSettings([...sources.ssm.values()]));
  const aws = await host.createAws(options);
  const world: World = { clock, aws, report, drained, settle, mask, signal, abortBudget, env };
  const show = (settings: readonly Setting[]): void => {
    for (const text of exposedBySettings(settings)) report({ type: 'warning', text });
    for (const setting of settings) report({ type: 'setting', ...setting });
  };
  const { buildSettings, deploySettings } = await import('../settings/required-settings.ts');
  if (request.command === 'build') {
    const { build, describeBuild, prepareBuild } = await import('../commands/build/build.ts');
    const { settings, shown } = buildSettings(sources);
    show(shown);
    partially({ warnings });
    const prepared = await prepareBuild(world, request.params, settings, { ...workspace, root: place });
    if (dryRun) return planText(shown, describeBuild(prepared));
    return { ...(await build(world, prepared, partially)), warnings };
  }
  const { deploy, describeDeploy } = await import('../commands/deploy/deploy.ts');
  const { settings, shown } = deploySettings(sources, options.region, request.params.service);
  show(shown);
  const checked = request.params.taskDefinition ? { ...request.params, taskDefinition: place } : request.params;
  if (dryRun) return planText(shown, await describeDeploy(world, checked, settings, workspace.current));
  return deploy(world, checked, settings, workspace.current, partially);
}

/** The one path that a command reads, checked before anything else is asked for: see placeIn. */
const placeOf = (request: Request, workspace: Workspace): Promise<string> =>
  request.command === 'build'
    ? resolveInWorkspace(workspace, 'context', request.params.context)
    : resolveInWorkspace(workspace, 'task definition', request.params.taskDefinition ?? '.');

/** Reads the parameters of the command that was asked for; all that is wrong with them is said at once. */
function read({ command, given }: Pick<Call<Event>, 'command' | 'given'>): Request {
  if (!isCommand(command)) throw new TypeError(`no step's command: ${command}`);
  if (command === 'build') {
    const { values, complaints } = validate(commands.build.schema, given);
    return { asked: command, command, params: values, complaints };
  }
  if (command === 'deploy') {
    const { values, complaints } = validate(commands.deploy.schema, given);
    return { asked: command, command, params: values, complaints };
  }
  // A rollback is a deployment of which few things can be said.
  const { values, complaints } = validate(commands.rollback.schema, given);
  const { values: params } = validate(commands.deploy.schema, { ...given, rollbackTo: values.rollbackTo });
  return { asked: command, command: 'deploy', params, complaints };
}

/** Says all that is wrong with the parameters at once. */
function refuse(request: Request, more: readonly string[]): void {
  const own =
    request.command === 'build'
      ? buildComplaints(withoutSecretNames(request.params))
      : deployComplaints(withoutSecretNames(request.params));
  const complaints = [...request.complaints, ...own, ...more];
  const [first] = complaints;
  if (first === undefined) return;
  const { step } = commands[request.asked];
  const hint = `the parameters of ${step}: docs/${step}.md, or fargate-ci ${request.asked} --help`;
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
