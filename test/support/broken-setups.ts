import type { Double } from '../double/double.ts';
import { kanikoDefinition } from '../double/scripts/builder-fixtures.ts';
import { routeTable } from '../double/scripts/network-fixtures.ts';
import { healthyAccount, runDoctorOn, type Surroundings, textOfCheck, unhealthyChecks } from './doctor-scene.ts';

/** One thing that is wrong in an account that is healthy otherwise, and what the doctor says of it. */
export interface BrokenSetup {
  breaks?: (double: Double) => void;
  surroundings?: Surroundings;
  /** The checks that are not ok, each with its state. */
  unhealthy: Record<string, string>;
  /** Words that the doctor says in one check. */
  says: readonly [check: string, words: RegExp, ...more: RegExp[]];
  exit: number;
}

/** Makes a test of each entry. */
export function testBrokenSetups(setups: Readonly<Record<string, BrokenSetup>>): void {
  test.each(Object.entries(setups))(
    '%s',
    async (_name, { breaks, surroundings, says: [check, ...words], ...expected }) => {
      const double = await healthyAccount();
      try {
        breaks?.(double);
        const report = await runDoctorOn(double, surroundings);
        for (const one of words) expect(textOfCheck(report, check)).toMatch(one);
        expect(unhealthyChecks(report)).toEqual(expected.unhealthy);
        expect(report.exitStatus).toBe(expected.exit);
      } finally {
        await double.close();
      }
    },
  );
}

/** Registers a new revision of kaniko's task definition. */
export function registerBuilder(double: Double, change: (definition: Record<string, unknown>) => void): void {
  const definition = structuredClone({ ...kanikoDefinition() });
  change(definition);
  double.ecs.taskDefinitions.register(JSON.parse(JSON.stringify(definition)));
}

/** Changes the container of a task definition. */
export const changedContainer = (changes: Record<string, unknown>) => (definition: Record<string, unknown>) => {
  const [container] = JSON.parse(JSON.stringify(definition.containerDefinitions));
  definition.containerDefinitions = [{ ...container, ...changes }];
};

/** Gives the VPC's main route table these default routes. */
export function setMainRoutes(double: Double, ...defaults: Parameters<typeof routeTable>[0]): void {
  double.ec2.routeTables.splice(0, 1, routeTable(defaults));
}

/** Services have the same subnets as builds, so that a problem with them is told once. */
export const bothSubnets = (state: string): Record<string, string> => ({
  'build subnets': state,
  ...(state === 'warning' ? {} : { 'service subnets': 'skipped' }),
});
