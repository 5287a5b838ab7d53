import type { StepDeclaration } from '../src/cli/step-commands.ts';
import { type AnyParameter, defaultText, helpText } from '../src/parameters/schema.ts';

const WIDTH = 96;

/** The name of each type of parameter in a Jenkinsfile. */
export const TYPE_NAMES: Readonly<Record<AnyParameter['type'], string>> = {
  text: 'String',
  number: 'Integer',
  flag: 'Boolean',
  list: 'List of Strings',
  names: 'String or List',
  map: 'Map',
  changes: 'Map',
  choice: 'Boolean or String',
  image: 'String or Map',
  images: 'List of Maps',
};

function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(indent + line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, indent + line];
}

function paragraph(name: string, parameter: AnyParameter): string[] {
  const fallback = parameter.required ? 'required' : `default: ${defaultText(parameter) || 'none'}`;
  return [
    `${name} (${TYPE_NAMES[parameter.type]}, ${fallback})`,
    ...wrap(helpText(parameter), '    '),
    ...(parameter.example ? [`    Example: ${parameter.example}`] : []),
  ];
}

/** Example calls that open the help of each step. */
const OPENING: Readonly<Record<string, readonly string[]>> = {
  kanikoBuild: ["def built = kanikoBuild(image: 'acme/shop')", 'echo "pushed $' + '{built.reference}"'],
  fargateDeploy: [
    "def built = kanikoBuild(image: 'acme/shop')",
    "fargateDeploy(service: 'shop', image: built, port: 8080)",
  ],
};

const RESULTS: Readonly<Record<string, string>> = {
  kanikoBuild:
    'Returns a Map: image, images, digest, reference (repository@digest: what to deploy), task, logs (link to the console), context (files, bytes, uploaded), seconds (by phase), warnings.',
  fargateDeploy:
    'Returns a Map: service, cluster, taskDefinition, previousTaskDefinition, changed, deployment, url or addresses, seconds.',
};

/**
 * The help of a step on Jenkins' page of global variables. It is plain text in one <pre>, without other markup: Jenkins escapes it
 * and keeps the line ends, or a markup formatter keeps the text in <pre>.
 */
export function groovyHelp({ step, summary, schema }: StepDeclaration): string {
  const parameters = Object.entries(schema).filter(([, parameter]) => !parameter.internal);
  return [
    '<pre>',
    `${step}: ${summary}.`,
    '',
    ...(OPENING[step] ?? []),
    '',
    ...wrap(RESULTS[step] ?? '', ''),
    ...wrap('A failure ends the step with what went wrong, why, and what to do about it.', ''),
    '',
    'Parameters',
    '',
    ...parameters.flatMap(([name, parameter]) => [...paragraph(name, parameter), '']),
    '</pre>',
    '',
  ].join('\n');
}
