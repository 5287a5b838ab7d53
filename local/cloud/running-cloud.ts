import { writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { engineAt } from '../engine/docker-engine.ts';
import { type OwnEngine, stopEngine } from '../engine/own-engine.ts';
import { isJsonObject, parseJsonObject } from '../json-object.ts';
import { STATE } from '../paths.mjs';
import { type MiniStack, stopMiniStack } from './ministack.ts';
import { removeContainers } from './remove-containers.ts';

// What runs is noted in a file, so that any process can stop it.

interface RunningCloud {
  /** The process that started it; 0 where it is kept until someone stops it. */
  readonly owner: number;
  readonly dockerHost: string;
  readonly engine?: OwnEngine;
  readonly ministack?: MiniStack;
}

const recordFile = (name: string): string => join(STATE, name, 'running.json');

/**
 * Begins the record of a cloud that this process starts.
 * @param name folder of its state, which must exist
 * @returns adds what was started to the record
 */
export function beginRecord(name: string): (started: Partial<RunningCloud>) => void {
  let record: RunningCloud = { owner: process.pid, dockerHost: '' };
  const add = (started: Partial<RunningCloud>) => {
    record = { ...record, ...started };
    writeFileSync(recordFile(name), JSON.stringify(record));
  };
  add({});
  return add;
}

/**
 * Refuses to go on where another process runs a cloud of this name, and removes one that was left behind.
 * @throws Error where one runs
 */
export async function clearEarlier(name: string): Promise<void> {
  const earlier = await readRecord(name);
  if (earlier && isAlive(earlier.owner)) throw new Error(`it runs already (process ${earlier.owner})`);
  if (earlier) await stopCloud(name);
}

/**
 * Stops what runs under a name, whoever started it, and removes everything that it made.
 * @returns whether something ran
 */
export async function stopCloud(name: string): Promise<boolean> {
  const record = await readRecord(name);
  if (!record) return false;
  if (record.ministack) {
    await stopMiniStack(record.ministack);
    if (record.dockerHost) {
      await removeContainers(engineAt(record.dockerHost, false), record.ministack.port).catch((error: Error) => {
        // An engine of our own takes its containers along.
        if (!record.engine) console.error(`containers may be left on ${record.dockerHost}: ${error.message}`);
      });
    }
  }
  if (record.engine) await stopEngine(record.engine);
  await rm(join(STATE, name), { recursive: true, force: true });
  return true;
}

/** Lets it run on until someone stops it. */
export async function keepCloud(name: string): Promise<void> {
  const record = await readRecord(name);
  if (record) writeFileSync(recordFile(name), JSON.stringify({ ...record, owner: 0 }));
}

/** Whether one of this name runs until someone stops it. */
export async function isKept(name: string): Promise<boolean> {
  return (await readRecord(name))?.owner === 0;
}

/** @returns undefined where there is none, or where it cannot be read */
async function readRecord(name: string): Promise<RunningCloud | undefined> {
  try {
    const { owner, dockerHost, engine, ministack } = parseJsonObject(await readFile(recordFile(name), 'utf8'), name);
    return {
      owner: Number(owner),
      dockerHost: String(dockerHost),
      ...(isOwnEngine(engine) && { engine }),
      ...(isMiniStack(ministack) && { ministack }),
    };
  } catch {
    return undefined;
  }
}

function isOwnEngine(value: unknown): value is OwnEngine {
  const texts = ['folder', 'data', 'bridge', 'subnet'];
  return isJsonObject(value) && typeof value.pid === 'number' && texts.every((name) => typeof value[name] === 'string');
}

function isMiniStack(value: unknown): value is MiniStack {
  return isJsonObject(value) && typeof value.pid === 'number' && typeof value.port === 'number';
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}
