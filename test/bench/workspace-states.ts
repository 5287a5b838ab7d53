import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The difference from the build before: nothing was sent yet, nothing changed, or one file changed. */
export type WorkspaceState = 'cold' | 'unchanged' | 'changed' | 'added';

export const workspaceStates: Readonly<Record<WorkspaceState, string>> = {
  cold: 'first build',
  unchanged: 'unchanged',
  changed: 'one file changed',
  added: 'one file added at the front',
};

/**
 * Changes a workspace as the state says, in another way in each round. The changed files are in the middle of the
 * archive, or at its front.
 */
export async function alter(workspace: string, state: WorkspaceState, round: string): Promise<void> {
  if (state === 'changed') {
    let file = join(workspace, 'src');
    for (let level = 0; level < 3; level += 1) file = join(file, await middleOf(file));
    await writeFile(file, `changed in ${round}\n`.repeat(200));
  }
  if (state === 'added') await writeFile(join(workspace, `000-${round}.txt`), `added in ${round}\n`.repeat(200));
}

async function middleOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort();
  return names[Math.floor(names.length / 2)] ?? '';
}
