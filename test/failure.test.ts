import { readFileSync } from 'node:fs';
import { parseCommandLine } from '../helper/src/cli/parse-command-line.ts';
import { stepCommands } from '../helper/src/cli/step-commands.ts';
import { EXIT_STATUS } from '../helper/src/failure.ts';

const page = readFileSync(new URL('../docs/failures.md', import.meta.url), 'utf8');
const help = parseCommandLine(['build', '--help'], '1.2.3', stepCommands);
const epilogue = help.kind === 'text' ? help.text.slice(help.text.indexOf('Exit status:')) : '';

for (const [category, status] of Object.entries(EXIT_STATUS)) {
  const shown = category === 'aborted' ? `${status}+n` : `${status}`;

  test(`docs/failures.md has a row for ${category}`, () => {
    expect(page).toContain(`\n| ${shown} | \`${category}\` |`);
  });

  test(`the help names the exit status of ${category}`, () => {
    expect(epilogue).toMatch(new RegExp(`[:;]\\s+${shown.replace('+', '\\+')}\\s`));
  });
}
