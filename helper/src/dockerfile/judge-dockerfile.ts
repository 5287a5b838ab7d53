import { type DockerfileFinding, quotedForMessage, type RuleFinding, warned } from './finding.ts';
import { type Instruction, UnreadableDockerfile } from './instruction.ts';
import { judgeCopy } from './judge-copy.ts';
import { judgeRun } from './judge-run.ts';
import { type BuildRequest, type NeededStage, neededStages } from './needed-stages.ts';
import { readDockerfile } from './read-dockerfile.ts';
import { readStages, type Stages } from './stages.ts';
import { expand, globalValues, predefinedArguments, StageValues } from './variables.ts';

/** What is built of a Dockerfile, and of which context. */
export interface JudgeRequest extends BuildRequest {
  /** The task's, e.g. `linux/arm64`. */
  platform?: string | undefined;
  /** All that is sent, folders included; asked for only where a COPY has wildcards. */
  paths: () => Iterable<string>;
}

/** What is known of a build by its Dockerfile. */
export interface Judgement {
  /** The stages that are built, first to last; none where the Dockerfile cannot be read. */
  stages: readonly NeededStage[];
  /** What kaniko would do otherwise than Docker, without a word, in these stages; by line. */
  findings: readonly DockerfileFinding[];
}

/** So many COPYs with wildcards are compared with the context. */
const MOST_COMPARED = 200;

/**
 * Judges a Dockerfile's text. One that cannot be read is left to kaniko, which says why; so is what is not understood
 * here.
 */
export function judgeDockerfile(text: string, request: JudgeRequest): Judgement {
  const file = readDockerfile(text);
  const stages = file instanceof UnreadableDockerfile ? file : readStages(file);
  const needed = stages instanceof UnreadableDockerfile ? stages : neededStages(stages, request);
  if (stages instanceof UnreadableDockerfile || needed instanceof UnreadableDockerfile) {
    return { stages: [], findings: [] };
  }
  const findings = judgeStages(stages, needed, request).sort((a, b) => a.line - b.line);
  return { stages: needed, findings };
}

/** How a stage ends: what one that is based upon it begins with. */
interface End {
  values: StageValues;
  shell: readonly string[] | undefined;
}

function judgeStages(stages: Stages, needed: readonly NeededStage[], request: JudgeRequest): DockerfileFinding[] {
  const globals = globalValues(stages.globals, request.buildArgs);
  const given = new Map([...predefinedArguments(request.platform), ...Object.entries(request.buildArgs)]);
  const ends = new Map<number, End>();
  const findings: DockerfileFinding[] = [];
  let compared = 0;
  const paths = (): Iterable<string> | undefined => {
    compared += 1;
    return compared > MOST_COMPARED ? undefined : request.paths();
  };
  for (const stage of needed) {
    const base = stage.baseStage === undefined ? undefined : ends.get(stage.baseStage);
    const values = new StageValues(given, globals, base?.values);
    let shell = base?.shell;
    const found = (step: Instruction): RuleFinding[] => {
      if (step.keyword === 'RUN') return judgeRun(step, { lookUp: values.lookUp, shell });
      if (step.keyword === 'COPY' || step.keyword === 'ADD') return judgeCopy(step, values.lookUp, paths);
      return [];
    };
    findings.push(...judgePlatform(stage, globals, request.platform));
    for (const step of stage.steps) {
      findings.push(...found(step).map((one) => ({ ...one, line: step.first })));
      values.take(step);
      if (step.keyword === 'SHELL' && step.json) shell = step.args;
    }
    ends.set(stage.index, { values, shell });
  }
  return findings;
}

/** kaniko takes every base image for the platform that it builds for. */
function judgePlatform(
  stage: NeededStage,
  globals: ReadonlyMap<string, string>,
  platform: string | undefined,
): DockerfileFinding[] {
  if (stage.platform === undefined || platform === undefined || stage.baseStage !== undefined) return [];
  const known = new Map([...predefinedArguments(platform), ...globals]);
  const asked = expand(stage.platform, (name) => known.get(name));
  if (asked === undefined || asked === '' || samePlatform(asked, platform)) return [];
  const what = `FROM --platform=${quotedForMessage(asked)}`;
  const mend = `Leave it out, or build for that platform: platform: '${quotedForMessage(asked)}'`;
  return [{ ...warned(what, `kaniko takes the base image for ${platform}`, mend), line: stage.from.first }];
}

const ALIASES: Readonly<Record<string, string>> = { x86_64: 'amd64', 'x86-64': 'amd64', aarch64: 'arm64' };

function samePlatform(one: string, other: string): boolean {
  const normal = (platform: string): string => {
    const parts = platform.toLowerCase().split('/');
    const [os, arch = ''] = parts.length === 1 ? ['linux', parts[0]] : parts;
    return `${os}/${ALIASES[arch] ?? arch}`;
  };
  return normal(one) === normal(other);
}
