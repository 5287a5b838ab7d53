import { resolve } from 'node:path';
import { build, buildComplaints, describeBuild, prepareBuild } from '../commands/build.ts';
import { deploy, deployComplaints, describeDeploy } from '../commands/deploy.ts';
import { Failure } from '../failure.ts';
import type { BuildParameters } from '../parameters/build.ts';
import type { DeployParameters } from '../parameters/deploy.ts';
import type { Report } from '../report/events.ts';
import type { Setting } from '../settings/resolve.ts';
import { buildSettings, deploySettings } from '../settings/settings.ts';
import type { World } from '../world.ts';
import { commands } from './commands.ts';
import { connect, readSources } from './connect.ts';
import type { Host } from './host.ts';

/** A command with its parameters, read but for the complaints. */
export type Request = (
  | { command: 'build'; params: BuildParameters }
  | { command: 'deploy'; params: DeployParameters }
) & {
  complaints: readonly string[];
  dryRun: boolean;
};

/** Takes fields of the result as they become known, for the result file of a failure. */
export type Partially = (fields: Readonly<Record<string, unknown>>) => void;

/**
 * Performs a command, or plans it.
 * @returns its result; the plan's text for a dry run
 */
export async function perform(request: Request, host: Host, report: Report, partially: Partially): Promise<unknown> {
  refuse(request);
  const { params, dryRun } = request;
  const aws = await connect(params, host);
  const world: World = { clock: host.clock, aws, report, signal: host.signal, env: host.env };
  const sources = await readSources(world, params);
  const workspace = resolve(host.cwd, params.workspace ?? '.');
  const show = (settings: readonly Setting[]): void => {
    for (const setting of settings) report({ type: 'setting', ...setting });
  };
  if (request.command === 'build') {
    const { settings, shown } = buildSettings(sources);
    show(shown);
    const prepared = await prepareBuild(world, request.params, settings, workspace);
    if (dryRun) return planText(shown, describeBuild(prepared));
    return build(world, prepared, partially);
  }
  const { settings, shown } = deploySettings(sources, aws.region, request.params.service);
  show(shown);
  if (dryRun) return planText(shown, await describeDeploy(world, request.params, settings, workspace));
  return deploy(world, request.params, settings, workspace, partially);
}

/** Says all that is wrong with the parameters at once. */
function refuse(request: Request): void {
  const own = request.command === 'build' ? buildComplaints(request.params) : deployComplaints(request.params);
  const complaints = [...request.complaints, ...own];
  const [first] = complaints;
  if (first === undefined) return;
  const { step } = commands[request.command];
  const hint = `the parameters of ${step}: docs/${step}.md, or fargate-ci ${request.command} --help`;
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
