import { writeSync } from 'node:fs';

/** kaniko's own lines: `--log-format=json`, on standard error. @param {string} msg */
export function info(msg) {
  write('info', msg);
}

/** @param {string} msg */
export function warn(msg) {
  write('warning', msg);
}

/** @param {string} msg */
export function error(msg) {
  write('error', msg);
}

/** The last line of a failed run is plain text in every format. @param {string} text */
export function plain(text) {
  put(2, text);
}

/** What a RUN prints, as it is, on standard output. @param {string} line */
export function output(line) {
  put(1, line);
}

/**
 * Go's JSON encoder escapes these three.
 * @param {string} level
 * @param {string} msg
 */
function write(level, msg) {
  const time = `${new Date().toISOString().slice(0, 19)}Z`;
  const line = JSON.stringify({ level, msg, time }).replace(/[&<>]/g, (sign) => {
    return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  put(2, line);
}

/** The stream that was written to last. */
let last = 2;

/**
 * The engine reads the two streams one beside the other: a moment between them keeps their lines in order.
 * @param {1 | 2} stream
 * @param {string} line
 */
function put(stream, line) {
  if (stream !== last) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  last = stream;
  writeSync(stream, `${line}\n`);
}
