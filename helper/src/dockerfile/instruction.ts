/** A document within the Dockerfile: `COPY <<EOF /motd`. */
export interface Heredoc {
  name: string;
  /** Without the line that ends it; leading tabs are kept. */
  content: string;
  /** True where variables in it are replaced: no part of its name is quoted. */
  expand: boolean;
  /** True for `<<-`: leading tabs do not belong to the content. */
  chomp: boolean;
  /** The number before `<<`; 0 where none is given. */
  fileDescriptor: number;
}

/** One instruction of a Dockerfile. Its words are as written, with quotes, escapes and variables. */
export interface Instruction {
  /** In capitals: `COPY`. It may be a word that is no instruction. */
  keyword: string;
  /** The numbers of its first and its last line, from 1; its heredocs belong to it. */
  first: number;
  last: number;
  /** Its flags, e.g. `--from=build`, in their order. */
  flags: readonly string[];
  /**
   * The arguments. RUN, CMD, ENTRYPOINT, SHELL: the command as one text, or the words of its JSON form. ENV and LABEL: name,
   * value, name, value, and so on. HEALTHCHECK: its kind, then a command. ONBUILD: none, see `trigger`.
   */
  args: readonly string[];
  /** True where the arguments are a JSON array: `RUN ["a", "b"]`. */
  json: boolean;
  heredocs: readonly Heredoc[];
  /** The logical line: continuations are joined, heredocs are not part of it. */
  text: string;
  /** For ONBUILD: the instruction with which a stage begins that is based on this one. */
  trigger: Instruction | undefined;
}

/** The content of a Dockerfile. */
export interface Dockerfile {
  instructions: readonly Instruction[];
  /** The values of `# syntax=`, `# check=` and `# escape=`, by name. */
  directives: ReadonlyMap<string, string>;
}

/** Why a text is no Dockerfile. BuildKit's parser refuses it as well, and so does kaniko. */
export class UnreadableDockerfile extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/** The value of a flag: `build` for `--from=build`, empty for a flag without a value, undefined where the flag is not given. */
export function flagOf({ flags }: Instruction, name: string): string | undefined {
  return flagsOf(flags, name)[0];
}

/** The values of a flag that may be given more than once. */
export function flagsOf(flags: readonly string[], name: string): string[] {
  return flags.flatMap((flag) => {
    if (flag === `--${name}`) return [''];
    return flag.startsWith(`--${name}=`) ? [flag.slice(name.length + 3)] : [];
  });
}
