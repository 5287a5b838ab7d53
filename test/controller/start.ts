import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const CONTROLLER = 'infrastructure/controller';

export const CONTROLLER_ENVIRONMENT = {
  JENKINS_URL: 'https://jenkins.example.com',
  ADMIN_PASSWORD: 'correct horse',
  LIBRARY_REPOSITORY: 'https://github.com/acme/fargate-ci',
  LIBRARY_VERSION: 'v0.1.0',
  AWS_REGION: 'ap-southeast-2',
};

/** A variable, as configuration as code and Dockerfiles write it. */
export const variable = (name: string): string => `\${${name}}`;

/** A container with real folders only. The entrypoint runs in it under dash; tini and Jenkins are stubs. */
export class Container {
  readonly root = mkdtempSync(join(tmpdir(), 'controller-'));
  readonly private = join(this.root, 'private');
  readonly workspaces = join(this.root, 'workspaces');
  readonly #bin = join(this.root, 'bin');

  constructor() {
    mkdirSync(this.#bin);
    mkdirSync(this.workspaces);
    this.#program('tini', 'printf "%s\\n" "$@" > "$0.arguments"; shift; exec "$@"');
    // The process of the shell, because the entrypoint must replace it.
    this.#program('jenkins.sh', 'cat "/proc/$$/environ" > "$0.environ"; echo "$$" > "$0.pid"; umask > "$0.umask"');
  }

  /** Runs the entrypoint to its end. */
  start(env: Readonly<Record<string, string>>, ...args: string[]) {
    const run = spawnSync('dash', [join(CONTROLLER, 'entrypoint.sh'), ...args], {
      encoding: 'utf8',
      env: {
        PATH: [this.#bin, dirname(process.execPath), '/usr/bin', '/bin'].join(':'),
        FARGATE_CI_PRIVATE: this.private,
        FARGATE_CI_WORKSPACES: this.workspaces,
        CASC_JENKINS_CONFIG: '/image/casc',
        ...env,
      },
    });
    return { status: run.status, stderr: run.stderr, stdout: run.stdout, pid: run.pid };
  }

  /** A note of a stub: `tini.arguments`, `jenkins.sh.pid`; undefined if the stub was not started. */
  noted(name: string): string | undefined {
    const file = join(this.#bin, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  /** The environment that Jenkins' process shows in /proc. */
  environment(): Record<string, string> {
    const pairs = (this.noted('jenkins.sh.environ') ?? '').split('\0').filter(Boolean);
    return Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    );
  }

  read(path: string): string {
    return readFileSync(join(this.private, path), 'utf8');
  }

  /** Paths below the private folder with their modes, in order. */
  modes(): string[] {
    const paths = existsSync(this.private)
      ? readdirSync(this.private, { recursive: true, encoding: 'utf8' }).sort()
      : [];
    return ['', ...paths].map(
      (path) => `${(statSync(join(this.private, path)).mode & 0o777).toString(8)} ${path || '.'}`,
    );
  }

  #program(name: string, body: string) {
    const file = join(this.#bin, name);
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
  }
}
