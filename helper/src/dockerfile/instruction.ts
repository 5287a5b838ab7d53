/** A document that stands in the Dockerfile itself: `COPY <<EOF /motd`. */
export interface Heredoc {
  name: string;
  /** Without its last line; its tabs are still there. */
  content: string;
  /** False where a part of the name was quoted: then variables in it stay as they are. */
  expand: boolean;
  /** `<<-`: leading tabs do not count. */
  chomp: boolean;
  /** The number before `<<`; 0 where there is none. */
  fileDescriptor: number;
}

/** One instruction of a Dockerfile. Words are as written: quotes, escapes and variables are still in them. */
export interface Instruction {
  /** In capitals: `COPY`. What is no instruction at all is here, too. */
  keyword: string;
  /** Numbers of its first and last line, from 1; heredocs count. */
  first: number;
  last: number;
  /** `--from=build` and the like, in their order. */
  flags: readonly string[];
  /**
   * What follows the flags. RUN, CMD, ENTRYPOINT, SHELL: the command as one text, or the words of its JSON form. ENV and
   * LABEL: name, value, name, value, and so on. HEALTHCHECK: its kind, then a command. ONBUILD: nothing, see `trigger`.
   */
  args: readonly string[];
  /** The arguments were a JSON array: `RUN ["a", "b"]`. */
  json: boolean;
  heredocs: readonly Heredoc[];
  /** The line as it is once its continuations are joined, without heredocs. */
  text: string;
  /** Of ONBUILD: the instruction that a stage built upon this one begins with. */
  trigger: Instruction | undefined;
}

/** A Dockerfile that was read. */
export interface Dockerfile {
  instructions: readonly Instruction[];
  /** Of `# syntax=`, `# check=` and `# escape=`, by name. */
  directives: ReadonlyMap<string, string>;
}

/** Why a text is no Dockerfile. BuildKit's parser, and kaniko with it, refuses it as well. */
export class UnreadableDockerfile extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}
