import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Where a command is, in PATH or in the system's own folders; undefined where it is missing. */
export function which(command: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, command))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
