/** A line of the task's log: in kaniko's JSON format, or anything else (a RUN's output, or an error that kaniko prints plainly). */
type LogLine = { kind: 'kaniko'; level: string; message: string; text: string } | { kind: 'output'; text: string };

/** logrus, kaniko's logger, writes its keys in this order. JSON of a RUN with the same keys in another order is not kaniko's. */
const KANIKO =
  /^\{"level":"(?:trace|debug|info|warning|error|fatal|panic)","msg":"(?:[^"\\]|\\.)*","time":"[^"\\]*"\}$/;

function parseKaniko(text: string): LogLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const [level, message, time] = ['level', 'msg', 'time'].map((name) => Reflect.get(value, name));
  if (typeof level !== 'string' || typeof message !== 'string' || typeof time !== 'string') return undefined;
  return { kind: 'kaniko', level, message, text };
}

/**
 * Parses one line of the log. The format does not prove the writer: a RUN can print what kaniko prints. Where kaniko's message
 * follows an unfinished line of a RUN, the one line gives two.
 */
export function parseLogLine(text: string): LogLine[] {
  const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
  // Most lines end otherwise: this cheap test spares them the search.
  if (!whole.endsWith('"}')) return [{ kind: 'output', text }];
  const start = whole.startsWith('{"level":"') ? 0 : whole.lastIndexOf('{"level":"');
  const ofKaniko = start >= 0 && KANIKO.test(whole.slice(start)) ? parseKaniko(whole.slice(start)) : undefined;
  if (ofKaniko === undefined) return [{ kind: 'output', text }];
  return start === 0 ? [ofKaniko] : [{ kind: 'output', text: whole.slice(0, start) }, ofKaniko];
}
