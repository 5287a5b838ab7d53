import { createHash } from 'node:crypto';
import { openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { cacheFolder } from './cache-folder.ts';
import { CodeCache } from './code-cache.ts';

// The head of a bundle. The parts of the program stand in the comment that ends the file, each as the text of a function.
// The loader compiles a part when it is first required, or takes V8's code for it from the cache of an earlier run.

/** Where each part lies: its first byte in the comment, its length in bytes, and the line of the comment that it begins on. */
declare const PARTS: Readonly<Record<string, readonly [at: number, length: number, line: number]>>;
/** Stands in the parts for the two characters that would end the comment. */
declare const COMMENT_END: string;
/** The bytes and the lines before the comment. The build fills these digits in last. */
declare const HEAD: readonly [bytes: string, lines: string];
/** The part that the program begins with. */
declare const MAIN: string;

type Part = (require: (name: string) => unknown, module: { exports: unknown }, exports: unknown, url: string) => void;

const file = fileURLToPath(import.meta.url);
const bundle = openSync(file, 'r');
const [headBytes, headLines] = HEAD.map(Number);
const nodeRequire = createRequire(import.meta.url);
const modules = new Map<string, { exports: unknown }>();
/** The parts that V8 has compiled in this run: their code is not in the cache yet. */
const compiled = new Map<string, { source: string; script: Script }>();
const cache = attempt(openCache);

/** The cache saves time only, so nothing that goes wrong with it ends the run. */
function attempt<Value>(action: () => Value): Value | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

function openCache(): CodeCache | undefined {
  const folder = cacheFolder({ file, env: process.env, home: homedir() });
  if (folder === undefined) return undefined;
  const bundled = createHash('sha256').update(JSON.stringify(PARTS)).update(process.execArgv.join('\n'));
  return new CodeCache(folder, `${process.version}-${process.arch}-${bundled.digest('hex').slice(0, 32)}`);
}

function load(name: string): unknown {
  const loaded = modules.get(name);
  if (loaded) return loaded.exports;
  const place = PARTS[name];
  if (!place) return nodeRequire(name);
  const [at, length, line] = place;
  const bytes = Buffer.allocUnsafeSlow(length);
  readSync(bundle, bytes, 0, length, Number(headBytes) + at);
  const source = bytes.toString('latin1').replaceAll(COMMENT_END, '*/');
  const cachedData = attempt(() => cache?.get(name, source));
  const options = { filename: file, lineOffset: Number(headLines) + line };
  const script = new Script(source, cachedData ? { ...options, cachedData } : options);
  if (!cachedData || script.cachedDataRejected) compiled.set(name, { source, script });
  const module = { exports: {} };
  modules.set(name, module);
  const part: Part = script.runInThisContext();
  part(load, module, module.exports, import.meta.url);
  return module.exports;
}

/**
 * Puts the code of this run's parts into the cache, with all functions that have run until now. It does so once, before the
 * run changes V8's flags: cached code is valid only for the flags that it was compiled with.
 */
function save(): void {
  process.removeListener('settle', save);
  process.removeListener('exit', saveAtExit);
  const parts = [...compiled].map(([name, { source, script }]) => ({ name, source, code: script.createCachedData() }));
  compiled.clear();
  if (parts.length > 0) attempt(() => cache?.put(parts));
}

/** Saves the code of a short run, except when a signal ends it: then it must end at once. */
function saveAtExit(status: number): void {
  if (status < 128) save();
}

if (cache) {
  // See process/memory-phases.ts: V8's flags change from here on.
  process.once('settle', save);
  process.once('exit', saveAtExit);
}
load(MAIN);
