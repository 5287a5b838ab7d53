import { existsSync } from 'node:fs';
import { awsOptions } from '../cli/connect.ts';
import { perform as performStep } from '../cli/perform.ts';
import type { Call, Program } from '../cli/program.ts';
import { nearestOf } from '../parameters/nearest.ts';
import type { Schema } from '../parameters/schema.ts';
import { validate } from '../parameters/validate.ts';
import { secretsOf } from '../secrets/given.ts';
import { cleanup } from './cleanup/cleanup.ts';
import { commands, isOwn, own } from './commands.ts';
import { readConfig } from './config.ts';
import { performDoctor } from './doctor/perform.ts';
import { down, downText } from './infra/down.ts';
import { planText } from './infra/plan.ts';
import { roleComplaints } from './infra/prefix.ts';
import { refuse } from './infra/refuse.ts';
import { service, serviceText } from './infra/service.ts';
import { statusText } from './infra/status.ts';
import { up } from './infra/up.ts';
import { renderOperator } from './report.ts';
import type { OperatorEvent, OperatorHost, OperatorWorld } from './world.ts';

/** The operator's program: `infra`, `doctor` and `cleanup`, and what the steps' program has. */
export const operator: Program<OperatorHost, OperatorEvent> = { commands, render: renderOperator, perform };

async function perform(call: Call<OperatorEvent>, host: OperatorHost): Promise<unknown> {
  const { command, partially } = call;
  if (!isOwn(command)) return performStep(call, host);
  switch (command) {
    case 'infra plan':
    case 'infra up': {
      const params = await read(own[command].schema, call, host);
      const world = await connect(params, call, host);
      if (command === 'infra plan' || call.dryRun) return planText(world, params, host);
      return up(world, params, host, partially);
    }
    case 'doctor':
      return performDoctor(await read(own.doctor.schema, call, host), host, call);
    case 'cleanup': {
      const params = await read(own[command].schema, call, host);
      return cleanup(await connect(params, call, host), call.dryRun ? { ...params, stop: false } : params);
    }
    case 'infra status': {
      const params = await read(own[command].schema, call, host);
      return statusText(await connect(params, call, host), params);
    }
    case 'infra down': {
      const params = await read(own[command].schema, call, host);
      const world = await connect(params, call, host);
      return call.dryRun ? downText(world, params) : down(world, params);
    }
    case 'infra service': {
      const params = await read(own[command].schema, call, host);
      const world = await connect(params, call, host);
      return call.dryRun ? serviceText(world, params, host.templates) : service(world, params, host.templates);
    }
  }
}

/**
 * The parameters of an operator's command: flags, then the configuration file.
 * @throws Failure `usage` with all that is wrong with them
 */
async function read<S extends Schema>(schema: S, { command, given, mask }: Call<OperatorEvent>, host: OperatorHost) {
  const named = typeof given.config === 'string' ? given.config : undefined;
  const file = await readConfig(host.cwd, named);
  mask.add(secretsOf(file, {}, existsSync));
  const known = new Set(Object.values(own).flatMap((one) => Object.keys(one.schema)));
  const unknown = Object.keys(file).filter((name) => !known.has(name));
  // One file serves all commands: what belongs to another is no mistake. Its host is that of Jenkins, not of an app.
  const taken = command === 'infra service' ? own['infra status'].schema : schema;
  // A name without a value is how one leaves a line of YAML empty.
  const mine = Object.fromEntries(
    Object.entries(file).filter(([name, value]) => Object.hasOwn(taken, name) && value !== null),
  );
  const { values, complaints } = validate(schema, { ...mine, ...given });
  const strange = unknown.map((name) => {
    const near = nearestOf(name, [...known]);
    return `the configuration file has "${name}", which is no parameter${near ? `; did you mean "${near}"?` : ''}`;
  });
  refuse([...strange, ...complaints], command);
  return values;
}

interface Where {
  readonly prefix: string | undefined;
  readonly region: string | undefined;
  readonly role: string | undefined;
}

async function connect(
  where: Where,
  { report, command, mask }: Call<OperatorEvent>,
  host: OperatorHost,
): Promise<OperatorWorld> {
  refuse(roleComplaints(where.role || host.env.FARGATE_CI_ROLE), command);
  const aws = host.createOperatorAws(await awsOptions({ ...where, cluster: undefined }, host, mask));
  const { clock, signal, env, drained } = host;
  return { clock, aws, report, drained, mask, signal, env };
}
