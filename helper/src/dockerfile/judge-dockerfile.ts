import { type DockerfileFinding, quotedForMessage, type RuleFinding, warned } from './finding.ts';
import { type Instruction, UnreadableDockerfile } from './instruction.ts';
import { judgeCopy } from './judge-copy.ts';
import { judgeRun } from './judge-run.ts';
import { type BuildRequest, type NeededStage, neededStages } from './needed-stages.ts';
import { readDockerfile } from './read-dockerfile.ts';
import { readStages, type Stages } from './stages.ts';
import { expand, globalValues, predefinedArguments, StageValues } from './variables.ts';

/** What is built, and the context that it is built from. */
interface JudgeRequest extends BuildRequest {
  /** The platform of the task, e.g. `linux/arm64`. */
  platform?: string | undefined;
  /** The paths of all files and folders of the context; called only where a COPY has wildcards. */
  paths: () => Iterable<string>;
}

/** What the Dockerfile says about a build. */
interface Judgement {
  /** The stages that kaniko builds, first to last; empty where the Dockerfile cannot be read. */
  stages: readonly NeededStage[];
  /** What kaniko would silently do otherwise than Docker in these stages, ordered by line. */
  findings: readonly DockerfileFinding[];
}

/** How many COPY and ADD with wildcards are compared with the context at most: each comparison reads all its paths. */
const MOST_COMPARED = 200;

/**
 * Reads a Dockerfile and finds what kaniko would do otherwise than Docker. For a text that cannot be read it returns nothing:
 * kaniko refuses it and says why.
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

/** The state at the end of a stage. A stage that is based on it begins with this state. */
interface StageEnd {
  values: StageValues;
  shell: readonly string[] | undefined;
}

function judgeStages(stages: Stages, needed: readonly NeededStage[], request: JudgeRequest): DockerfileFinding[] {
  const globals = globalValues(stages.globals, request.buildArgs);
  const given = new Map([...predefinedArguments(request.platform), ...Object.entries(request.buildArgs)]);
  const ends = new Map<number, StageEnd>();
  const findings: DockerfileFinding[] = [];
  let comparedCopies = 0;
  const paths = (): Iterable<string> | undefined => {
    comparedCopies += 1;
    return comparedCopies > MOST_COMPARED ? undefined : request.paths();
  };
  for (const stage of needed) {
    const base = stage.baseStage === undefined ? undefined : ends.get(stage.baseStage);
    const values = new StageValues(given, globals, base?.values);
    let shell = base?.shell;
    const judge = (step: Instruction): RuleFinding[] => {
      if (step.keyword === 'RUN') return judgeRun(step, { lookUp: values.lookUp, shell });
      if (step.keyword === 'COPY' || step.keyword === 'ADD') return judgeCopy(step, values.lookUp, paths);
      return [];
    };
    findings.push(...judgePlatform(stage, globals, request.platform));
    for (const step of stage.steps) {
      findings.push(...judge(step).map((one) => ({ ...one, line: step.first })));
      values.take(step);
      if (step.keyword === 'SHELL' && step.json) shell = step.args;
    }
    ends.set(stage.index, { values, shell });
  }
  return findings;
}

/** FROM --platform: kaniko takes every base image for the platform that it builds for. */
function judgePlatform(
  stage: NeededStage,
  globals: ReadonlyMap<string, string>,
  platform: string | undefined,
): DockerfileFinding[] {
  if (stage.platform === undefined || platform === undefined || stage.baseStage !== undefined) return [];
  const known = new Map([...predefinedArguments(platform), ...globals]);
  const wanted = expand(stage.platform, (name) => known.get(name));
  if (wanted === undefined || wanted === '' || isSamePlatform(wanted, platform)) return [];
  const what = `FROM --platform=${quotedForMessage(wanted)}`;
  const mend = `Leave it out, or build for that platform: platform: '${quotedForMessage(wanted)}'`;
  return [{ ...warned(what, `kaniko takes the base image for ${platform}`, mend), line: stage.from.first }];
}

const ALIASES: Readonly<Record<string, string>> = { x86_64: 'amd64', 'x86-64': 'amd64', aarch64: 'arm64' };

function isSamePlatform(one: string, other: string): boolean {
  const normalised = (platform: string): string => {
    const parts = platform.toLowerCase().split('/');
    const [os, arch = ''] = parts.length === 1 ? ['linux', parts[0]] : parts;
    return `${os}/${ALIASES[arch] ?? arch}`;
  };
  return normalised(one) === normalised(other);
}
