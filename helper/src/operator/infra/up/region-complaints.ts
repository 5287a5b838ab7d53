import { findMissingServices } from '../../account/regional-services.ts';
import type { OperatorWorld } from '../../operator-world.ts';
import type { MainStack } from '../../stack/stacks.ts';

/** The services that each stack needs: AWS' short names, with the names that people know. */
const NEEDED_SERVICES: Readonly<Record<MainStack, Readonly<Record<string, string>>>> = {
  network: {},
  builder: { ecs: 'Amazon ECS', fargate: 'AWS Fargate', ecr: 'Amazon ECR' },
  jenkins: {
    efs: 'Amazon EFS',
    elb: 'Elastic Load Balancing',
    acm: 'AWS Certificate Manager',
    secretsmanager: 'AWS Secrets Manager',
  },
};

/** Checks whether the region has the services that new stacks need. @returns a sentence for each that it lacks */
export async function regionComplaints(world: OperatorWorld, stacks: readonly MainStack[]): Promise<string[]> {
  const names = new Map(stacks.flatMap((kind) => Object.entries(NEEDED_SERVICES[kind])));
  const missing = await findMissingServices(world, [...names.keys()]);
  const who = stacks.includes('jenkins') ? 'Jenkins and its builds need' : 'builds need';
  return missing.map(
    ({ service, nearRegions }) =>
      `the region ${world.aws.region} has no ${names.get(service)}, which ${who}: take another by --region, as ${nearRegions.join(', ')}`,
  );
}
