import { buildParameters } from '../parameters/build-parameters.ts';
import { deployParameters } from '../parameters/deploy-parameters.ts';
import { rollbackParameters } from '../parameters/rollback-parameters.ts';
import type { CommandDeclaration } from './program.ts';

/** A command of the helper, and the Jenkins step whose page in docs/ describes it. */
export interface StepDeclaration extends CommandDeclaration {
  readonly step: string;
  /** No step calls this command: it is the command of that step with fewer parameters, so it has no help of its own. */
  readonly commandLineOnly?: true;
}

/** The commands of the Jenkins steps, by their name. */
export const stepCommands = {
  build: {
    summary: 'Build an image from a folder with kaniko on Fargate and push it',
    step: 'kanikoBuild',
    schema: buildParameters,
    example: 'fargate-ci build --image shop --build-args VERSION=1.4.2',
  },
  deploy: {
    summary: 'Deploy an image as an ECS service and watch the rollout to its end',
    step: 'fargateDeploy',
    schema: deployParameters,
    example: 'fargate-ci deploy --service shop --image shop:1.4.2 --port 8080',
  },
  rollback: {
    summary: 'Take a service back to the revision that ran before, and watch that to its end',
    step: 'fargateDeploy',
    commandLineOnly: true,
    schema: rollbackParameters,
    example: 'fargate-ci rollback shop',
    positional: 'service',
  },
} as const satisfies Readonly<Record<string, StepDeclaration>>;

export type StepCommandName = keyof typeof stepCommands;

export const isStepCommand = (name: string): name is StepCommandName => Object.hasOwn(stepCommands, name);
