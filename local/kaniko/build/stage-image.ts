import { inspect, moveTo, must } from './engine.mjs';
import { filesFrom, isPattern, matching } from './files.mjs';
import { info } from './log.mjs';
import { takeIn } from './metadata.mjs';
import { boundFolders, isKept } from './optimize.mjs';
import { plainForms, preamble, wordsOf } from './plain.mjs';
import { nameOf, parseReference } from './registry.mjs';
import { OWN, runStep, temporaryName, writeFiles } from './step.mjs';
import { expand } from './word.mjs';

/**
 * @typedef {import('./build.mjs').Build} Build
 * @typedef {import('./instruction.mjs').Instruction} Instruction
 * @typedef {import('./variables.mjs').Variables} Variables
 */

/** What belongs to the image, and to no layer on the way to it. */
const LAST = new Set(['LABEL', 'EXPOSE', 'VOLUME', 'STOPSIGNAL', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'ONBUILD']);

/** The image of a stage as far as it is built. */
export class StageImage {
  #stage;
  #build;
  /** False: it is what the cache has, and may have another working directory. */
  #ready = true;
  #triggersRan = false;

  /**
   * @param {string} name of the base
   * @param {import('./stages.mjs').Planned} stage
   * @param {Build} build
   */
  constructor(name, stage, build) {
    this.name = name;
    this.#stage = stage;
    this.#build = build;
  }

  /** @param {string} name of a cached image */
  goOnFrom(name) {
    this.name = name;
    this.#ready = false;
  }

  /**
   * Runs an instruction, and keeps what came of it.
   * @param {Instruction} instruction
   * @param {readonly Instruction[]} before
   * @param {Variables} variables
   * @param {string} key empty: there is no cache
   */
  async run(instruction, before, variables, key) {
    await this.#settle(variables);
    if (instruction.name === 'RUN') {
      const [program, ...args] = wordsOf(instruction, variables);
      info(`Cmd: ${program}`);
      info(`Args: [${args.join(' ')}]`);
      info(`Running: [${[program, ...args].join(' ')}]`);
    }
    const { flags, layers } = this.#build;
    const kept = key !== '' && isKept(instruction, flags);
    const names = kept ? [layers.nameOf(key)] : [];
    if (instruction.triggered) await this.#runTriggers(names);
    else await this.#runPlain(instruction, before, variables, names);
    if (instruction.name === 'WORKDIR') takeIn(instruction, variables);
    info(`Taking snapshot of ${instruction.name === 'RUN' ? 'full filesystem' : 'files'}...`);
    if (kept) layers.push(key);
  }

  /**
   * The engine does what ONBUILD of the base says when it begins with the base: all of it at once.
   * @param {readonly string[]} names
   */
  async #runTriggers(names) {
    if (this.#triggersRan) return await tag(this.name, names);
    this.#triggersRan = true;
    const { flags, folder } = this.#build;
    const options = flags.buildArgs.flatMap((pair) => ['--build-arg', pair]);
    this.name = await runStep(this.#build, { from: this.name, lines: [], options, folder, names });
  }

  /**
   * @param {Instruction} instruction
   * @param {readonly Instruction[]} before
   * @param {Variables} variables
   * @param {readonly string[]} names
   */
  async #runPlain(instruction, before, variables, names) {
    const { active, folder, fromOf, images } = this.#build;
    const { escapeSign, name } = instruction;
    const from = fromOf(instruction);
    const root = from === undefined ? folder : filesFrom(from);
    const unmatched = (/** @type {string} */ source) => {
      const path = expand(source, variables.values());
      return isPattern(path) && matching(path, root).length === 0;
    };
    const fromImage = from === undefined ? '' : (images.get(from) ?? '');
    const reads = from === undefined && (name !== 'RUN' || boundFolders(instruction).length > 0);
    const { lines, options } = preamble(before, variables, escapeSign);
    const forms = plainForms(instruction, variables, { active, run: OWN, fromImage, unmatched });
    if (forms.length === 0) await tag(this.name, names);
    for (const { line, files } of forms) {
      const context = Object.keys(files).length > 0 ? writeFiles(files) : reads ? folder : '';
      const step = { from: this.name, lines: [...lines, line], options, folder: context, escapeSign, names };
      this.name = await runStep(this.#build, step);
    }
  }

  /**
   * Adds what the configuration says, and gives the image its names.
   * @param {Variables} variables
   */
  async finish(variables) {
    const { flags } = this.#build;
    const { instructions, push, save } = this.#stage;
    await this.#settle(variables);
    if (!push && !save) return;
    // What others go on from has run its ONBUILD: they have it among their own instructions.
    const last = instructions.filter(
      ({ name, triggered }) => LAST.has(name) && !triggered && (push || name !== 'ONBUILD'),
    );
    const configured = last.map(({ name, rest, flags: own }) => {
      const options = own.map((flag) => `--${flag.name}${flag.value === '' ? '' : `=${flag.value}`} `).join('');
      return `${name} ${options}${rest}`;
    });
    const escapeSign = instructions.at(-1)?.escapeSign ?? '\\';
    const { lines, options } = preamble(instructions, variables, escapeSign);
    this.name = await runStep(this.#build, {
      from: this.name,
      lines: [...lines, ...configured],
      options: [...options, ...(push ? flags.labels.flatMap((label) => ['--label', label]) : [])],
      escapeSign,
      names: push && flags.push ? this.#destinations() : [],
    });
  }

  /** Forgotten when they are pushed: else a deployment could take them from the engine, not from the registry. */
  #destinations() {
    const names = this.#build.flags.destinations.map((destination) => nameOf(parseReference(destination)));
    this.#build.temporary.push(...names);
    return names;
  }

  /** @param {Variables} variables */
  async #settle({ workdir }) {
    if (this.#ready) return;
    this.#ready = true;
    const { config } = await inspect(this.name);
    if ((config.WorkingDir || '/') === (workdir || '/')) return;
    // The layer is of another folder than this WORKDIR: kaniko has the new name and the old files.
    const name = temporaryName(this.#build);
    await moveTo(this.name, workdir, name);
    this.name = name;
  }
}

/**
 * @param {string} image
 * @param {readonly string[]} names
 */
async function tag(image, names) {
  for (const name of names) await must(['tag', image, name]);
}
