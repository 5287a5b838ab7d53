import { createHash } from 'node:crypto';
import { openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { cacheFolder } from './cache-folder.ts';
import { CodeCache } from './code-cache.ts';

// The head of the bundle. Behind it, in the comment that ends the file, are the program's parts, each a function; here they
// are taken from it when they are needed, and V8's code for them from the run before.

/** Of each part, by name: where it begins in the comment, how long it is, in bytes, and on which of its lines it begins. */
declare const PARTS: Readonly<Record<string, readonly [at: number, length: number, line: number]>>;
/** What stands in it for the two characters that would end it. */
declare const COMMENT_END: string;
/** How many bytes and lines of the file come before the comment; the digits are filled in when all is known. */
declare const HEAD: readonly [bytes: string, lines: string];
/** The part to begin with. */
declare const MAIN: string;

type Part = (require: (name: string) => unknown, module: { exports: unknown }, exports: unknown, url: string) => void;

const file = fileURLToPath(import.meta.url);
const bundle = openSync(file, 'r');
const [headBytes, headLines] = HEAD.map(Number);
const nodeRequire = createRequire(import.meta.url);
const modules = new Map<string, { exports: unknown }>();
/** Parts that V8 had to compile. */
const compiled = new Map<string, { source: string; script: Script }>();
const cache = attempt(openCache);

/** A code cache is never worth a failure. */
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

/** Keeps the code of what was compiled: the functions that have run are in it. Once, for flags of V8 may change then. */
function save(): void {
  process.removeListener('settle', save);
  process.removeListener('exit', atExit);
  const parts = [...compiled].map(([name, { source, script }]) => ({ name, source, code: script.createCachedData() }));
  compiled.clear();
  if (parts.length > 0) attempt(() => cache?.put(parts));
}

/** One that was aborted has other things to do. */
function atExit(status: number): void {
  if (status < 128) save();
}

if (cache) {
  // From then on a run mostly waits (thrift.ts).
  process.once('settle', save);
  process.once('exit', atExit);
}
load(MAIN);
