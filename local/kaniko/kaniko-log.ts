import { writeSync } from 'node:fs';

// kaniko's own lines go to standard error as `--log-format=json` has them; what a RUN prints goes to standard output.

export function info(message: string): void {
  writeJson('info', message);
}

export function warn(message: string): void {
  writeJson('warning', message);
}

export function logError(message: string): void {
  writeJson('error', message);
}

/** The last line of a failed run: kaniko prints it as plain text in every log format. */
export function printLastLine(text: string): void {
  writeLine(2, text);
}

/** A line that a RUN printed, unchanged. */
export function printRunOutput(line: string): void {
  writeLine(1, line);
}

function writeJson(level: string, message: string): void {
  const time = `${new Date().toISOString().slice(0, 19)}Z`;
  // Go's JSON encoder escapes these three characters.
  const line = JSON.stringify({ level, msg: message, time }).replace(/[&<>]/g, (sign) => {
    return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  writeLine(2, line);
}

/** The stream of the last line. */
let lastStream = 2;

/**
 * Waits a moment when the stream changes: the engine reads both streams at once, and would mix up the order of lines.
 */
function writeLine(stream: 1 | 2, line: string): void {
  if (stream !== lastStream) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  lastStream = stream;
  writeSync(stream, `${line}\n`);
}
