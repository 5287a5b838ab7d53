import { commands } from '../src/cli/commands.ts';
import { down, service, up } from '../src/operator/parameters.ts';
import { groovyHelp } from './groovy-help.ts';
import { fill, parameterTable, settingTable } from './tables.ts';

/** A file that is written from the declarations, wholly or between markers. */
export interface Generated {
  path: string;
  /** @param before what the file holds now; empty where it does not exist */
  text(before: string): string;
}

/** Everything that comes from the declarations of parameters and settings. */
export const generated: readonly Generated[] = [
  ...Object.values(commands).flatMap((command): Generated[] => [
    { path: `vars/${command.step}.txt`, text: () => groovyHelp(command) },
    {
      path: `docs/${command.step}.md`,
      text: (before) => fill(before, 'parameters', parameterTable(command.schema)),
    },
  ]),
  {
    path: 'docs/infra.md',
    text: (before) =>
      Object.entries({ up, service, down }).reduce(
        (page, [name, schema]) => fill(page, name, parameterTable(schema)),
        before,
      ),
  },
  { path: 'docs/settings.md', text: (before) => fill(before, 'settings', settingTable()) },
];
