import { build } from '../parameters/build.ts';
import { deploy } from '../parameters/deploy.ts';
import type { CommandDeclaration } from './program.ts';

/** A command of the helper, and the step that calls it. */
export interface StepDeclaration extends CommandDeclaration {
  readonly step: string;
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
} as const satisfies Readonly<Record<string, StepDeclaration>>;

export type CommandName = keyof typeof commands;

export const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);
