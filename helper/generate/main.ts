import builder from '../../infrastructure/builder.yaml';
import jenkins from '../../infrastructure/jenkins.yaml';
import network from '../../infrastructure/network.yaml';
import appService from '../../infrastructure/service.yaml';
import { type StepDeclaration, stepCommands } from '../src/cli/step-commands.ts';
import { cleanupParameters } from '../src/operator/cleanup/cleanup-parameters.ts';
import { downParameters } from '../src/operator/infra/down/down-parameters.ts';
import { serviceParameters } from '../src/operator/infra/service/service-parameters.ts';
import { upParameters } from '../src/operator/infra/up/up-parameters.ts';
import { folderTable, readFolders } from './folder-readmes.ts';
import { groovyHelp } from './groovy-help.ts';
import { platformPicture } from './platform/picture.ts';
import { fill, parameterTable, settingTable } from './tables.ts';

/** A file that is made from the declarations: all of it, or the part between markers. */
export interface Generated {
  path: string;
  /**
   * @param before the present text of the file; empty if it does not exist
   * @param root the checkout, as a file URL
   */
  text(before: string, root: URL): string;
}

const hasStep = (command: StepDeclaration): boolean => command.commandLineOnly !== true;

/** All files that are made from the declarations of parameters and settings, the templates, and the folders' READMEs. */
export const generated: readonly Generated[] = [
  ...Object.values(stepCommands)
    .filter(hasStep)
    .flatMap((command): Generated[] => [
      { path: `vars/${command.step}.txt`, text: () => groovyHelp(command) },
      {
        path: `docs/${command.step}.md`,
        text: (before) => fill(before, 'parameters', parameterTable(command.schema)),
      },
    ]),
  {
    path: 'docs/infra.md',
    text: (before) =>
      Object.entries({ up: upParameters, service: serviceParameters, down: downParameters }).reduce(
        (page, [name, schema]) => fill(page, name, parameterTable(schema)),
        before,
      ),
  },
  { path: 'docs/cleanup.md', text: (before) => fill(before, 'parameters', parameterTable(cleanupParameters)) },
  {
    path: 'docs/platform.svg',
    text: () => platformPicture({ network, builder, jenkins, service: appService }),
  },
  { path: 'docs/settings.md', text: (before) => fill(before, 'settings', settingTable()) },
  {
    path: 'docs/architecture.md',
    text: (before, root) => fill(before, 'folders', folderTable(readFolders(new URL('helper/src/', root)))),
  },
];
