import { flagsOf, type Instruction } from './instruction.ts';
import { expand, type LookUp } from './variables.ts';

/** A `RUN --mount=...`, as far as the rules need it. */
export interface Mount {
  /** `bind` where no type is given; undefined where it is a variable whose value is not known. */
  type: string | undefined;
  /** A stage or an image; empty where none is given. */
  from: string;
  /** Empty where it is not given or not known. */
  target: string;
}

const TARGETS = ['target', 'dst', 'destination'];

/** The mounts of a RUN. */
export function mountsOf(run: Instruction, lookUp: LookUp): Mount[] {
  return flagsOf(run.flags, 'mount').map((text) => {
    const mount: Mount = { type: 'bind', from: '', target: '' };
    for (const field of csvFields(text)) {
      const equals = field.indexOf('=');
      if (equals < 0) continue;
      const key = field.slice(0, equals).toLowerCase();
      const value = expand(field.slice(equals + 1), lookUp);
      if (key === 'type') mount.type = value?.toLowerCase();
      else if (key === 'from') mount.from = value ?? '';
      else if (TARGETS.includes(key)) mount.target = value ?? '';
    }
    return mount;
  });
}

/** The fields of a line of CSV. A field in double quotes may hold commas; two quotes in it mean one. */
function csvFields(text: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quoted && char === '"' && text.charAt(at + 1) === '"') {
      field += '"';
      at += 1;
    } else if (char === '"' && (quoted || field === '')) quoted = !quoted;
    else if (char === ',' && !quoted) {
      fields.push(field);
      field = '';
    } else field += char;
  }
  return [...fields, field];
}
