import { constants, writeFile, writeSync } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Host } from './host.ts';
import { type Outcome, outcomeText, unwritable, writeOutcome } from './parameters-file.ts';

/** Where the result goes. Both throw a Failure `usage` where it cannot be written. */
export interface ResultFile {
  /** Says that the command runs; nothing where what is written cannot be written again. */
  begin(outcome: Outcome): Promise<void>;
  write(outcome: Outcome): Promise<void>;
}

/** What the shell and people write for a stream of this process. */
const STREAM = /^\/(?:dev\/(?:(stdout)|(stderr)|fd\/(\d+))|proc\/self\/fd\/(\d+))$/;

/**
 * Looks at what is in the result's place, before anything is done. A file is replaced whole. A device and a stream of this
 * process (`/dev/null`, `/dev/stdout`) are written into: to replace them would take them from the whole machine. Anything else
 * is refused, a link too: it is neither followed, since another user may have put it there, nor replaced, since it may be meant.
 * @throws Failure `usage`
 */
export async function openResultFile(file: string, host: Pick<Host, 'stdout' | 'stderr'>): Promise<ResultFile> {
  const stream = STREAM.exec(file);
  if (stream !== null) return streamOf(file, stream[1] ? 1 : stream[2] ? 2 : Number(stream[3] ?? stream[4]), host);
  const stats = await lstat(file).catch(() => undefined);
  if (stats === undefined || stats.isFile() || stats.isDirectory()) {
    const write = (outcome: Outcome): Promise<void> => writeOutcome(file, outcome);
    return { begin: write, write };
  }
  if (!stats.isCharacterDevice()) {
    const what = stats.isSymbolicLink() ? 'a symlink' : stats.isFIFO() ? 'a fifo' : 'neither a file nor a device';
    throw unwritable(
      file,
      `it is ${what}`,
      'give --result the path of a file, of a device such as /dev/null, or /dev/stdout',
    );
  }
  return once(file, await openDevice(file));
}

/** A result that is written once, at the end: a reader of a stream would take the first of two for the result. */
const once = (file: string, put: (text: string) => unknown): ResultFile => ({
  begin: async () => {},
  async write(outcome) {
    try {
      await put(outcomeText(outcome));
    } catch (error) {
      throw unwritable(file, error);
    }
  },
});

function streamOf(file: string, number: number, { stdout, stderr }: Pick<Host, 'stdout' | 'stderr'>): ResultFile {
  if (number === 1) return once(file, stdout);
  if (number === 2) return once(file, stderr);
  try {
    // Whether it is open at all, and for writing.
    writeSync(number, '');
  } catch (error) {
    throw unwritable(file, error);
  }
  return once(file, (text) => promisify(writeFile)(number, text));
}

/** Never makes a file. The device stays open until the process ends. */
async function openDevice(file: string): Promise<(text: string) => Promise<void>> {
  try {
    const device = await open(file, constants.O_WRONLY | constants.O_APPEND | constants.O_NOCTTY);
    return (text) => device.writeFile(text);
  } catch (error) {
    throw unwritable(file, error);
  }
}
