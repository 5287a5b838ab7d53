import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../local/process.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const TARGET = join(HERE, 'target');

/** The repository's root: the library with vars/ and resources/. */
export const LIBRARY = join(HERE, '..', '..');

/** How a run of a pipeline ended. @typedef {'SUCCESS' | 'FAILURE' | 'ABORTED' | 'UNSTABLE'} Result */

/** The results by the harness's exit status. @type {readonly Result[]} */
const RESULTS = ['SUCCESS', 'FAILURE', 'ABORTED', 'UNSTABLE'];

/**
 * @typedef {object} Pipeline
 * @property {string} jenkinsfile its text
 * @property {string} workspace folder that `node` hands out; made when missing
 * @property {string} [library] folder with vars/ and resources/; this repository
 * @property {string} [resources] stands in for the library's resources/
 * @property {string} [source] folder that `checkout scm` copies
 * @property {Record<string, string>} [env] laid over this process's environment
 * @property {boolean} [windows] the agent says that it is no Unix
 * @property {string} [abortOn] a person aborts the build when its log has this text
 * @property {number} [abortAt] a person aborts the build at this turn of its branches, whatever it does there; of runPipelines
 */

/**
 * Compiles the harness when its sources have changed since the last time. Needs Maven and Java 17.
 * @param {AbortSignal} [signal]
 */
export async function prepare(signal) {
  const hash = createHash('sha256');
  for (const file of ['pom.xml', ...readdirSync(join(HERE, 'src'), { recursive: true, encoding: 'utf8' }).sort()]) {
    const path = join(HERE, file === 'pom.xml' ? '' : 'src', file);
    if (/\.(java|xml)$/.test(file)) hash.update(file).update(readFileSync(path));
  }
  const built = hash.digest('hex');
  const stamp = join(TARGET, 'sources.sha256');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === built) return;
  rmSync(TARGET, { recursive: true, force: true });
  const maven = await run('mvn', ['-q', '-B', '-f', HERE, 'process-classes'], {
    ...(signal && { signal }),
    timeoutMs: 600_000,
  });
  if (maven.status !== 0) throw new Error(`the Jenkins harness was not built:\n${maven.stdout}${maven.stderr}`);
  writeFileSync(stamp, built);
}

/** Java's arguments before those of the harness. JBoss Marshalling needs private parts of Java's collections; Jenkins opens them, too. */
const java = [
  ...['lang', 'io', 'util', 'util.concurrent', 'text'].map((name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`),
  '-XX:TieredStopAtLevel=1',
  '-cp',
  [join(TARGET, 'classes'), join(TARGET, 'lib', '*')].join(':'),
  'harness.Harness',
];

/**
 * Runs one Jenkinsfile as Jenkins does. Its log comes line by line.
 * @param {Pipeline & { signal?: AbortSignal, onText?: (text: string) => void }} pipeline a signal that is aborted plays a person's abort
 * @returns {Promise<{ result: Result, log: string }>}
 */
export async function runPipeline(pipeline) {
  await prepare(pipeline.signal);
  const folder = join(tmpdir(), `jenkinsfile-${process.pid}-${Date.now()}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'Jenkinsfile');
  writeFileSync(file, pipeline.jenkinsfile);
  const { jenkinsfile, env = {}, windows, signal, onText, abortOn, abortAt: _, ...folders } = pipeline;
  const options = Object.entries({ library: LIBRARY, ...folders, ...(abortOn ? { 'abort-on': abortOn } : {}) });
  try {
    const ended = await run(
      'java',
      [
        ...java,
        ...options.flatMap(([name, value]) => [`--${name}`, value]),
        '--jenkinsfile',
        file,
        ...(windows ? ['--windows'] : []),
        ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ],
      { ...(signal && { signal }), ...(onText && { onText }) },
    );
    const result = RESULTS[ended.status];
    if (result === undefined) throw new Error(`the Jenkins harness ended with status ${ended.status}: ${ended.stderr}`);
    return { result, log: ended.stdout };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Runs many Jenkinsfiles in one Java process, one after the other.
 * @param {readonly Pipeline[]} pipelines
 * @param {string} folder for the list
 * @returns {Promise<{ result: Result, log: string, savedBytes: number }[]>} savedBytes: the largest size of the saved program
 */
export async function runPipelines(pipelines, folder) {
  await prepare();
  const list = join(folder, 'pipelines.json');
  writeFileSync(list, JSON.stringify(pipelines.map((pipeline) => ({ library: LIBRARY, ...pipeline }))));
  const ended = await run('java', [...java, '--batch', list], { timeoutMs: 600_000 });
  if (ended.status !== 0) throw new Error(`the Jenkins harness ended with status ${ended.status}: ${ended.stderr}`);
  return JSON.parse(ended.stdout);
}
