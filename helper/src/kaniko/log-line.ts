/** A line of the task's log, `text` as it came: in kaniko's format, or a RUN's output (and kaniko's plain errors). */
export type LogLine =
  | { kind: 'kaniko'; level: string; message: string; time: string; text: string }
  | { kind: 'output'; text: string };

/** logrus writes its keys in this order; a RUN's JSON that merely has them too is not taken for kaniko's. */
const KANIKO =
  /^\{"level":"(?:trace|debug|info|warning|error|fatal|panic)","msg":"(?:[^"\\]|\\.)*","time":"[^"\\]*"\}$/;

function read(text: string): LogLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const [level, message, time] = ['level', 'msg', 'time'].map((name) => Reflect.get(value, name));
  if (typeof level !== 'string' || typeof message !== 'string' || typeof time !== 'string') return undefined;
  return { kind: 'kaniko', level, message, time, text };
}

/**
 * Reads one line as it came from the log. Nothing in it proves who wrote it: a RUN can print what kaniko prints.
 * A line on which kaniko's follows what a RUN left unfinished yields two.
 */
export function parseLogLine(text: string): LogLine[] {
  const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
  // Most output ends with no brace: then there is nothing to look for.
  if (!whole.endsWith('"}')) return [{ kind: 'output', text }];
  const start = whole.startsWith('{"level":"') ? 0 : whole.lastIndexOf('{"level":"');
  const own = start >= 0 && KANIKO.test(whole.slice(start)) ? read(whole.slice(start)) : undefined;
  if (own === undefined) return [{ kind: 'output', text }];
  return start === 0 ? [own] : [{ kind: 'output', text: whole.slice(0, start) }, own];
}
