import { existsSync } from 'node:fs';
import { AbortBudget } from '../aws/abort-budget.ts';
import { awsOptions } from '../cli/aws-options.ts';
import { performStepCommand } from '../cli/perform-step.ts';
import type { CommandCall, Program } from '../cli/program.ts';
import type { ParameterSchema } from '../parameters/schema.ts';
import { validate } from '../parameters/validate.ts';
import { secretsOf } from '../secrets/given-secrets.ts';
import { nearestOf } from '../text/nearest-name.ts';
import { runCleanup } from './cleanup/cleanup.ts';
import { readConfigFile } from './config-file.ts';
import { performDoctorCommand } from './doctor/doctor-command.ts';
import { downPlanText, runInfraDown } from './infra/down/down.ts';
import { runInfraService, servicePlanText } from './infra/service/service-stack.ts';
import { roleComplaints } from './infra/stack-prefix.ts';
import { statusText } from './infra/status-text.ts';
import { planText } from './infra/up/plan-text.ts';
import { runInfraUp } from './infra/up/up.ts';
import { refuseParameters } from './infra/up/up-complaints.ts';
import { isOperatorCommand, operatorCommands, programCommands } from './operator-commands.ts';
import type { OperatorEvent, OperatorHost, OperatorWorld } from './operator-world.ts';
import { renderOperatorEvent } from './render-operator-event.ts';

/** The operator's program: `infra`, `doctor` and `cleanup`, and what the steps' program has. */
export const operatorProgram: Program<OperatorHost, OperatorEvent> = {
  programCommands,
  render: renderOperatorEvent,
  performOperatorCommand,
};

async function perform(call: CommandCall<OperatorEvent>, host: OperatorHost): Promise<unknown> {
  const { command, recordPartial } = call;
  if (!isOwn(command)) return performStepCommand(call, host);
  switch (command) {
    case 'infra plan':
    case 'infra up': {
      const params = await readParameters(operatorCommands[command].schema, call, host);
      const world = await connectToAws(params, call, host);
      if (command === 'infra plan' || call.dryRun) return planText(world, params, host);
      return up(world, params, host, recordPartial);
    }
    case 'doctor':
      return performDoctorCommand(await readParameters(operatorCommands.doctor.schema, call, host), host, call);
    case 'cleanup': {
      const params = await readParameters(operatorCommands[command].schema, call, host);
      return runCleanup(await connectToAws(params, call, host), call.dryRun ? { ...params, stop: false } : params);
    }
    case 'infra status': {
      const params = await readParameters(operatorCommands[command].schema, call, host);
      return statusText(await connectToAws(params, call, host), params);
    }
    case 'infra down': {
      const params = await readParameters(operatorCommands[command].schema, call, host);
      const world = await connectToAws(params, call, host);
      return call.dryRun ? downPlanText(world, params) : runInfraDown(world, params);
    }
    case 'infra service': {
      const params = await readParameters(operatorCommands[command].schema, call, host);
      const world = await connectToAws(params, call, host);
      return call.dryRun
        ? servicePlanText(world, params, host.templates)
        : runInfraService(world, params, host.templates);
    }
  }
}

/**
 * The parameters of an operator's command: flags, then the configuration file.
 * @throws Failure `usage` with all that is wrong with them
 */
async function read<S extends ParameterSchema>(
  schema: S,
  { command, given, mask }: CommandCall<OperatorEvent>,
  host: OperatorHost,
) {
  const named = typeof given.config === 'string' ? given.config : undefined;
  const file = await readConfigFile(host.cwd, named);
  mask.add(secretsOf(file, {}, existsSync));
  const known = new Set(Object.values(operatorCommands).flatMap((one) => Object.keys(one.schema)));
  const unknown = Object.keys(file).filter((name) => !known.has(name));
  // One file serves all commands: what belongs to another is no mistake. Its host is that of Jenkins, not of an app.
  const taken = command === 'infra service' ? operatorCommands['infra status'].schema : schema;
  // A name without a value is how one leaves a line of YAML empty.
  const mine = Object.fromEntries(
    Object.entries(file).filter(([name, value]) => Object.hasOwn(taken, name) && value !== null),
  );
  const { values, complaints } = validate(schema, { ...mine, ...given });
  const strange = unknown.map((name) => {
    const near = nearestOf(name, [...known]);
    return `the configuration file has "${name}", which is no parameter${near ? `; did you mean "${near}"?` : ''}`;
  });
  refuseParameters([...strange, ...complaints], command);
  return values;
}

interface AwsPlace {
  readonly prefix: string | undefined;
  readonly region: string | undefined;
  readonly role: string | undefined;
}

async function connect(
  where: Where,
  { report, command, mask }: CommandCall<OperatorEvent>,
  host: OperatorHost,
): Promise<OperatorWorld> {
  refuseParameters(roleComplaints(where.role || host.env.FARGATE_CI_ROLE), command);
  const aws = host.createOperatorAws(await awsOptions({ ...where, cluster: undefined }, host, mask));
  const { clock, signal, env, drained } = host;
  return { clock, aws, report, drained, mask, signal, abortBudget: new AbortBudget(clock, signal), env };
}
