import type { Build } from '../build.ts';
import { goesIntoCache } from '../cache/find-cached-layers.ts';
import { applyMetadata } from '../dockerfile/apply-metadata.ts';
import { expandWord } from '../dockerfile/expand-word.ts';
import type { Instruction } from '../dockerfile/instruction.ts';
import type { StageVariables } from '../dockerfile/stage-variables.ts';
import { dockerOrFail } from '../engine/docker.ts';
import { withWorkdir } from '../engine/image-files.ts';
import { inspectImage } from '../engine/inspect-image.ts';
import { copiesFolder, filesMatching, isPattern } from '../files/copied-files.ts';
import { bindMountSources } from '../files/files-read.ts';
import { info } from '../kaniko-log.ts';
import { nameOf, parseReference } from '../registry/image-reference.ts';
import type { PlannedStage } from '../stages/planned-stage.ts';
import { engineForms, runWords } from './engine-form.ts';
import { enginePreamble } from './engine-preamble.ts';
import { BUILD_ID, runStep, temporaryName, writeContext } from './engine-step.ts';

/** Instructions that change only the configuration of the stage's final image. */
const CONFIGURATION = new Set([
  'LABEL',
  'EXPOSE',
  'VOLUME',
  'STOPSIGNAL',
  'CMD',
  'ENTRYPOINT',
  'HEALTHCHECK',
  'ONBUILD',
]);

/** The image of a stage while it is built. */
export class StageImage {
  readonly #stage: PlannedStage;
  readonly #build: Build;
  #name: string;
  /** True for an image from the cache: its working directory may be another one than the stage's. */
  #workdirMayDiffer = false;
  #triggersRan = false;

  /** @param base name of the image that the stage is built on */
  constructor(base: string, stage: PlannedStage, build: Build) {
    this.#name = base;
    this.#stage = stage;
    this.#build = build;
  }

  /** Its name in the engine, which changes with each instruction. */
  get name(): string {
    return this.#name;
  }

  /** Replaces it by an image from the cache. */
  continueFrom(name: string): void {
    this.#name = name;
    this.#workdirMayDiffer = true;
  }

  /**
   * Runs an instruction, and puts its result into the cache.
   * @param before the stage's instructions before it
   * @param key cache key; empty where there is no cache
   */
  async run(
    instruction: Instruction,
    before: readonly Instruction[],
    variables: StageVariables,
    key: string,
  ): Promise<void> {
    await this.#setWorkdir(variables);
    if (instruction.name === 'RUN') {
      const [program, ...args] = runWords(instruction, variables);
      info(`Cmd: ${program}`);
      info(`Args: [${args.join(' ')}]`);
      info(`Running: [${[program, ...args].join(' ')}]`);
    }
    const { flags, layers } = this.#build;
    const kept = key !== '' && goesIntoCache(instruction, flags);
    const names = kept ? [layers.imageName(key)] : [];
    if (instruction.triggered) await this.#runTriggers(names);
    else await this.#runOne(instruction, before, variables, names);
    if (instruction.name === 'WORKDIR') applyMetadata(instruction, variables);
    info(`Taking snapshot of ${instruction.name === 'RUN' ? 'full filesystem' : 'files'}...`);
    if (kept) layers.add(key);
  }

  /** Runs all of the base's ONBUILD: the engine does so as soon as a build begins with the base. */
  async #runTriggers(names: readonly string[]): Promise<void> {
    if (this.#triggersRan) return await addNames(this.#name, names);
    this.#triggersRan = true;
    const { flags, folder } = this.#build;
    const options = flags.buildArgs.flatMap((pair) => ['--build-arg', pair]);
    this.#name = await runStep(this.#build, { from: this.#name, lines: [], options, folder, names });
  }

  async #runOne(
    instruction: Instruction,
    before: readonly Instruction[],
    variables: StageVariables,
    names: readonly string[],
  ): Promise<void> {
    const { active, folder, sourceOf, images } = this.#build;
    const { escapeSign, name } = instruction;
    const source = sourceOf(instruction);
    const root = source === undefined ? folder : copiesFolder(source);
    const matchesNothing = (path: string) => {
      const expanded = expandWord(path, variables.values());
      return isPattern(expanded) && filesMatching(expanded, root).length === 0;
    };
    const fromImage = source === undefined ? '' : (images.get(source) ?? '');
    const readsContext = source === undefined && (name !== 'RUN' || bindMountSources(instruction).length > 0);
    const { lines, options } = enginePreamble(before, variables, escapeSign);
    const forms = engineForms(instruction, variables, { active, buildId: BUILD_ID, fromImage, matchesNothing });
    if (forms.length === 0) await addNames(this.#name, names);
    for (const { line, files } of forms) {
      const context = Object.keys(files).length > 0 ? writeContext(files) : readsContext ? folder : '';
      const step = { from: this.#name, lines: [...lines, line], options, folder: context, escapeSign, names };
      this.#name = await runStep(this.#build, step);
    }
  }

  /** Adds the stage's configuration, and names the image after its destinations. */
  async finish(variables: StageVariables): Promise<void> {
    const { flags } = this.#build;
    const { instructions, push, save } = this.#stage;
    await this.#setWorkdir(variables);
    if (!push && !save) return;
    // The stages that are built on this one have its ONBUILD among their own instructions: it must not run once more.
    const last = instructions.filter(
      ({ name, triggered }) => CONFIGURATION.has(name) && !triggered && (push || name !== 'ONBUILD'),
    );
    const configured = last.map(({ name, rest, flags: own }) => {
      const options = own.map((flag) => `--${flag.name}${flag.value === '' ? '' : `=${flag.value}`} `).join('');
      return `${name} ${options}${rest}`;
    });
    const escapeSign = instructions.at(-1)?.escapeSign ?? '\\';
    const { lines, options } = enginePreamble(instructions, variables, escapeSign);
    this.#name = await runStep(this.#build, {
      from: this.#name,
      lines: [...lines, ...configured],
      options: [...options, ...(push ? flags.labels.flatMap((label) => ['--label', label]) : [])],
      escapeSign,
      names: push && flags.push ? this.#destinations() : [],
    });
  }

  /**
   * The names under which the image is pushed. The engine forgets them afterwards: else a deployment here could take
   * the image from the engine although the push failed.
   */
  #destinations(): string[] {
    const names = this.#build.flags.destinations.map((destination) => nameOf(parseReference(destination)));
    this.#build.temporary.push(...names);
    return names;
  }

  /** A cached image may be of another WORKDIR. kaniko then has the new name, and the old files. */
  async #setWorkdir({ workdir }: StageVariables): Promise<void> {
    if (!this.#workdirMayDiffer) return;
    this.#workdirMayDiffer = false;
    const { config } = await inspectImage(this.#name);
    if ((config.WorkingDir || '/') === (workdir || '/')) return;
    const name = temporaryName(this.#build);
    await withWorkdir(this.#name, workdir, name);
    this.#name = name;
  }
}

async function addNames(image: string, names: readonly string[]): Promise<void> {
  for (const name of names) await dockerOrFail(['tag', image, name]);
}
