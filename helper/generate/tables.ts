import { defaultText, helpText, type ParameterSchema } from '../src/parameters/schema.ts';
import {
  environmentVariable,
  kebabCase,
  type SettingDeclaration,
  settingsCatalogue,
} from '../src/settings/catalogue.ts';
import { TYPE_NAMES } from './groovy-help.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

/** A Markdown table of the parameters of a step. */
export function parameterTable(schema: ParameterSchema): string {
  return table(
    ['Parameter', 'Type', 'Default', 'Meaning'],
    Object.entries(schema)
      .filter(([, parameter]) => !parameter.internal)
      .map(([name, parameter]) => [
        `\`${name}\``,
        TYPE_NAMES[parameter.type],
        parameter.required ? '**required**' : parameter.otherwise ? parameter.otherwise : code(defaultText(parameter)),
        `${helpText(parameter)}${parameter.example ? ` \`${parameter.example}\`` : ''}`,
      ]),
  );
}

const code = (text: string): string => (text ? `\`${text}\`` : '');

/** A Markdown table of the settings. */
export function settingTable(): string {
  return table(
    ['Setting', 'Environment', 'SSM parameter', 'Default', 'Meaning'],
    Object.entries<SettingDeclaration>(settingsCatalogue).map(([name, declaration]) => [
      `\`${name}\``,
      `\`${environmentVariable(name)}\``,
      `\`/PREFIX/${kebabCase(name)}\``,
      fallback(declaration),
      declaration.help,
    ]),
  );
}

function fallback({ default: value, like, template, optional }: SettingDeclaration): string {
  if (value !== undefined) return code(value) || 'none';
  if (like !== undefined) return `as \`${like}\``;
  if (template !== undefined) return code(template.replace('{prefix}', 'PREFIX').replace('{registry}', 'REGISTRY'));
  return optional ? 'none' : '**needed**';
}

/**
 * Replaces the text between the markers `<!-- NAME -->` and `<!-- /NAME -->` of a page.
 * @throws Error where the page lacks the markers
 */
export function fill(page: string, name: string, content: string): string {
  const open = `<!-- ${name} -->`;
  const close = `<!-- /${name} -->`;
  const start = page.indexOf(open);
  const end = page.indexOf(close);
  if (start < 0 || end < start) throw new Error(`the page lacks the markers ${open} and ${close}`);
  return `${page.slice(0, start + open.length)}\n${content}\n${page.slice(end)}`;
}
