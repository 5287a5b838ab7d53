import { quotedForMessage, type RuleFinding, refused, warned } from './finding.ts';
import { isHeredocOpening } from './heredoc.ts';
import { flagOf, type Instruction } from './instruction.ts';
import { type Mount, mountsOf } from './mounts.ts';
import type { LookUp } from './variables.ts';

/** The state of the stage when a RUN begins. */
interface RunState {
  lookUp: LookUp;
  /** The words of the last SHELL; undefined where there is none. */
  shell: readonly string[] | undefined;
}

/** What kaniko 1.28 ignores in a RUN, silently or with one line among the RUN's own output (pkg/commands/run.go). */
export function judgeRun(run: Instruction, { lookUp, shell }: RunState): RuleFinding[] {
  return [...mountsOf(run, lookUp).flatMap(judgeMount), ...judgeFlags(run), ...judgeHeredoc(run, shell)];
}

function judgeMount({ type, from, target }: Mount): RuleFinding[] {
  const what = `RUN --mount=type=${type}`;
  if (type === 'ssh') {
    return [
      warned(
        what,
        'kaniko gives the RUN no SSH agent',
        'Check the sources out in the pipeline, or hand a key over by RUN --mount=type=secret',
      ),
    ];
  }
  if (type === 'tmpfs') {
    return [
      warned(what, 'kaniko mounts nothing: what the RUN writes there stays in the image', 'Delete it in the same RUN'),
    ];
  }
  if (type === 'bind' && from !== '' && from !== 'context') {
    const source = quotedForMessage(from);
    const mend = `COPY --from=${source} what it needs`;
    return [warned(`${what},from=${source}`, 'kaniko leaves the mount out: the RUN does not see the files', mend)];
  }
  if (type === 'cache' && from !== '') {
    const mend = 'Fill it in the RUN';
    return [warned(`${what},from=${quotedForMessage(from)}`, 'kaniko begins with an empty folder', mend)];
  }
  if ((type === 'bind' || type === 'cache') && target !== '' && !target.startsWith('/')) {
    const instead = 'kaniko takes a relative target from /, not from WORKDIR';
    return [warned(`${what} with a relative target`, instead, 'Write the whole path')];
  }
  return [];
}

function judgeFlags(run: Instruction): RuleFinding[] {
  const found: RuleFinding[] = [];
  const network = flagOf(run, 'network');
  if (network === 'none' || network === 'host') {
    const instead = "kaniko gives every RUN the task's network";
    const mend = network === 'none' ? 'Do not count on it: the RUN reaches the network' : 'Leave the flag out';
    found.push(warned(`RUN --network=${network}`, instead, mend));
  }
  if (flagOf(run, 'security') === 'insecure') {
    const instead = 'kaniko has no privileges on Fargate to give';
    found.push(warned('RUN --security=insecure', instead, 'Do without them: nothing can mount or use devices there'));
  }
  return found;
}

/** A RUN that is a heredoc and nothing else. kaniko runs it with `sh` where its opening is `<<NAME`, and otherwise not at all. */
function judgeHeredoc({ args, json, heredocs }: Instruction, shell: readonly string[] | undefined): RuleFinding[] {
  const [command = ''] = args;
  const [heredoc, ...others] = heredocs;
  if (json || heredoc === undefined || others.length > 0 || !isHeredocOpening(command)) return [];
  const what = `RUN ${quotedForMessage(command)}`;
  if (command !== `<<${heredoc.name}`) {
    const mend = `Write RUN <<${quotedForMessage(heredoc.name)}, or name the program: RUN sh ${quotedForMessage(command)}`;
    return [refused(what, 'kaniko runs nothing of it, and the build goes on', mend)];
  }
  const [first = ''] = heredoc.content.split('\n', 1);
  if (first.startsWith('#!') && first.slice(2).trim() !== '/bin/sh') {
    const mend = `Name the program: RUN ${programOf(first)} ${quotedForMessage(command)}`;
    return [warned(what, `kaniko runs it by sh, not by what its first line says (${quotedForMessage(first)})`, mend)];
  }
  if (shell !== undefined && shell.join(' ') !== '/bin/sh -c') {
    const options = quotedForMessage(shell.join(' '));
    const mend = `Name the program and its options: RUN ${quotedForMessage(shell[0] ?? 'sh')} -e ${quotedForMessage(command)}, or begin the script with set -e`;
    return [warned(what, `kaniko runs it by sh without SHELL's options (${options})`, mend)];
  }
  return [];
}

/** The program that a first line names: `python3` for `#!/usr/bin/env python3`. */
function programOf(line: string): string {
  const words = line.slice(2).trim().split(/\s+/);
  return quotedForMessage((words[0]?.endsWith('/env') ? words.slice(1) : words).join(' '));
}
