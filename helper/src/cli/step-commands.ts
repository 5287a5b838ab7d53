import { build } from '../parameters/build-parameters.ts';
import { deploy } from '../parameters/deploy-parameters.ts';
import { rollback } from '../parameters/rollback-parameters.ts';
import type { CommandDeclaration } from './program.ts';

/** A command of the helper, and the step whose page tells of it. */
export interface StepDeclaration extends CommandDeclaration {
  readonly step: string;
  /** No step calls it: it is another one's command with fewer parameters. */
  readonly part?: true;
}

/** The steps' commands, by their name. */
export const commands = {
  build: {
    summary: 'Build an image from a folder with kaniko on Fargate and push it',
    step: 'kanikoBuild',
    schema: build,
    example: 'fargate-ci build --image shop --build-args VERSION=1.4.2',
  },
  deploy: {
    summary: 'Deploy an image as an ECS service and watch the rollout to its end',
    step: 'fargateDeploy',
    schema: deploy,
    example: 'fargate-ci deploy --service shop --image shop:1.4.2 --port 8080',
  },
  rollback: {
    summary: 'Take a service back to the revision that ran before, and watch that to its end',
    step: 'fargateDeploy',
    part: true,
    schema: rollback,
    example: 'fargate-ci rollback shop',
    positional: 'service',
  },
} as const satisfies Readonly<Record<string, StepDeclaration>>;

export type CommandName = keyof typeof commands;

export const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);
