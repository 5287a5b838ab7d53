import { existsSync } from 'node:fs';
import { AbortBudget } from '../aws/abort-budget.ts';
import { awsOptions } from '../cli/aws-options.ts';
import { performStepCommand } from '../cli/perform-step.ts';
import type { CommandCall, Program } from '../cli/program.ts';
import type { ParameterSchema } from '../parameters/schema.ts';
import { validate } from '../parameters/validate.ts';
import { secretsOf } from '../secrets/given-secrets.ts';
import { nearestName } from '../text/nearest-name.ts';
import { runCleanup } from './cleanup/cleanup.ts';
import { readConfigFile } from './config-file.ts';
import { performDoctorCommand } from './doctor/doctor-command.ts';
import { downPlanText, runInfraDown } from './infra/down/down.ts';
import { runInfraService, servicePlanText } from './infra/service/service-stack.ts';
import { statusText } from './infra/status-text.ts';
import { upPlanText } from './infra/up/plan-text.ts';
import { runInfraUp } from './infra/up/up.ts';
import { isOperatorCommand, operatorCommands, operatorProgramCommands } from './operator-commands.ts';
import type { OperatorEvent } from './operator-events.ts';
import type { OperatorHost, OperatorWorld } from './operator-world.ts';
import { refuseParameters } from './refuse-parameters.ts';
import { renderOperatorEvent } from './render-operator-event.ts';

/** The operator's program: `infra`, `doctor` and `cleanup`, and the commands of the steps. */
export const operatorProgram: Program<OperatorHost, OperatorEvent> = {
  commands: operatorProgramCommands,
  render: renderOperatorEvent,
  perform: performOperatorCommand,
};

async function performOperatorCommand(call: CommandCall<OperatorEvent>, host: OperatorHost): Promise<unknown> {
  const { command, recordPartial } = call;
  if (!isOperatorCommand(command)) return performStepCommand(call, host);
  switch (command) {
    case 'infra plan':
    case 'infra up': {
      const params = await readParameters(operatorCommands[command].schema, call, host);
      const world = await connectToAws(params, call, host);
      if (command === 'infra plan' || call.dryRun) return upPlanText(world, params, host);
      return runInfraUp(world, params, host, recordPartial);
    }
    case 'doctor':
      return performDoctorCommand(await readParameters(operatorCommands.doctor.schema, call, host), host, call);
    case 'cleanup': {
      const params = await readParameters(operatorCommands[command].schema, call, host);
      const world = await connectToAws(params, call, host);
      return runCleanup(world, call.dryRun ? { ...params, stop: false } : params);
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
      const { templates } = host;
      return call.dryRun ? servicePlanText(world, params, templates) : runInfraService(world, params, templates);
    }
  }
}

/**
 * The parameters of an operator's command: its flags, and for the others the configuration file.
 * @throws Failure `usage` with all that is wrong with them
 */
async function readParameters<S extends ParameterSchema>(
  schema: S,
  { command, given, mask }: CommandCall<OperatorEvent>,
  host: OperatorHost,
) {
  const named = typeof given.config === 'string' ? given.config : undefined;
  const file = await readConfigFile(host.cwd, named);
  mask.add(secretsOf(file, {}, existsSync));
  const known = new Set(Object.values(operatorCommands).flatMap((one) => Object.keys(one.schema)));
  const unknown = Object.keys(file).filter((name) => !known.has(name));
  // One file serves all commands, so a parameter of another command is no mistake. The file's host is Jenkins' own: an app
  // does not take it.
  const taken = command === 'infra service' ? operatorCommands['infra status'].schema : schema;
  // A name without a value is a line of YAML that was left empty: it counts as not given.
  const fromFile = Object.fromEntries(
    Object.entries(file).filter(([name, value]) => Object.hasOwn(taken, name) && value !== null),
  );
  const { values, complaints } = validate(schema, { ...fromFile, ...given });
  const unknownComplaints = unknown.map((name) => {
    const nearest = nearestName(name, [...known]);
    return `the configuration file has "${name}", which is no parameter${nearest ? `; did you mean "${nearest}"?` : ''}`;
  });
  refuseParameters([...unknownComplaints, ...complaints], command);
  return values;
}

interface AwsPlace {
  readonly prefix: string | undefined;
  readonly region: string | undefined;
  readonly role: string | undefined;
}

async function connectToAws(
  place: AwsPlace,
  { report, command, mask }: CommandCall<OperatorEvent>,
  host: OperatorHost,
): Promise<OperatorWorld> {
  refuseParameters(roleComplaints(place.role || host.env.FARGATE_CI_ROLE), command);
  const aws = host.createOperatorAws(await awsOptions({ ...place, cluster: undefined }, host, mask));
  const { clock, signal, env, drained } = host;
  return { clock, aws, report, drained, mask, signal, abortBudget: new AbortBudget(clock, signal), env };
}

/** Checks the role that is to be assumed. */
const roleComplaints = (role: string | undefined): string[] =>
  !role || /^arn:[a-z-]+:iam::\d{12}:role\/\S+$/.test(role)
    ? []
    : [`"role" must be the ARN of a role, as arn:aws:iam::111122223333:role/deployer, not ${JSON.stringify(role)}`];
