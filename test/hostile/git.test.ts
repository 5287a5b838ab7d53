import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { readSourceRevision } from '../../helper/src/source/commit.ts';
import { makeFolder, removeTrees } from '../support/context-tree.ts';

// Repositories and environments of an attacker: git is to run a program, or to read another repository. The program would
// write the file `mark`. It must not exist, and the commit must be the workspace's.

afterAll(removeTrees);

const JENKINS = { JENKINS_URL: 'https://jenkins.example.com/', BUILD_NUMBER: '7' };
const { PATH } = process.env;

function git(at: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
  return execFileSync('git', [...identity, '-C', at, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

interface Place {
  /** The folder of the workspace, which is a repository. */
  at: string;
  commit: string;
  /** A program outside of the workspace, which writes the file `mark`. */
  program: string;
  mark: string;
  /** A repository outside of the workspace. */
  victim: { at: string; commit: string };
}

function repository(at: string, text: string): string {
  mkdirSync(at, { recursive: true });
  git(at, 'init', '-q');
  writeFileSync(join(at, 'a'), text);
  git(at, 'add', '.');
  git(at, 'commit', '-qm', text);
  return git(at, 'rev-parse', 'HEAD');
}

function makePlace(): Place {
  const outside = realpathSync(makeFolder());
  const [program, mark] = [join(outside, 'program'), join(outside, 'mark')];
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> ${mark}\ncat\n`, { mode: 0o755 });
  const at = join(outside, 'workspace');
  const victim = { at: join(outside, 'victim'), commit: repository(join(outside, 'victim'), 'theirs') };
  return { at, commit: repository(at, 'one'), program, mark, victim };
}

/** A file whose times are new, so that git would look into it. */
const touch = ({ at }: Place): void => void execFileSync('touch', ['-d', '2001-01-01', join(at, 'a')]);

const config = ({ at }: Place, text: string): void => appendFileSync(join(at, '.git', 'config'), `${text}\n`);

function filter(place: Place, name: string, lines: string): void {
  config(place, `[filter "${name}"]\n${lines}`);
  writeFileSync(join(place.at, '.git', 'info', 'attributes'), `* filter=${name}\n`);
  touch(place);
}

/** What an attacker has written into the repository, and whether the work tree counts as changed then. */
const CONFIGS: readonly (readonly [string, (place: Place) => void, boolean])[] = [
  ['core.fsmonitor', (place) => config(place, `[core]\nfsmonitor = ${place.program}`), false],
  ['filter.*.clean', (place) => filter(place, 'x', `clean = ${place.program}\nrequired`), false],
  ['filter.*.process', (place) => filter(place, 'x', `process = ${place.program}`), false],
  ['a filter with dots and capitals', (place) => filter(place, 'x.Y.clean', `clean = ${place.program}`), false],
  ['a filter with an equals sign', (place) => filter(place, 'x=y', `clean = ${place.program}`), true],
  [
    'a filter in an included file',
    (place) => {
      writeFileSync(join(place.at, '.git', 'more'), `[filter "x"]\nclean = ${place.program}\n`);
      config(place, '[include]\npath = more');
      filter(place, 'x', '');
    },
    false,
  ],
  [
    'a configuration of the work tree',
    (place) => {
      config(place, '[core]\nrepositoryformatversion = 1\n[extensions]\nworktreeConfig = true');
      writeFileSync(join(place.at, '.git', 'config.worktree'), `[core]\nfsmonitor = ${place.program}\n`);
    },
    false,
  ],
  [
    'hooks',
    (place) => {
      const hooks = join(place.at, '.git', 'hooks');
      for (const name of ['post-index-change', 'reference-transaction', 'fsmonitor-watchman', 'pre-auto-gc']) {
        mkdirSync(hooks, { recursive: true });
        cpSync(place.program, join(hooks, name));
      }
      touch(place);
    },
    false,
  ],
  [
    'core.hooksPath',
    (place) => {
      config(place, `[core]\nhooksPath = ${join(place.at, '..')}`);
      touch(place);
    },
    false,
  ],
  [
    'diff, textconv, pager, aliases, signatures, ssh',
    (place) => {
      config(
        place,
        `[diff]\nexternal = ${place.program}\n[diff "x"]\ntextconv = ${place.program}\ncommand = ${place.program}
[core]\npager = ${place.program}\nsshCommand = ${place.program}\nalternateRefsCommand = ${place.program}\naskPass = ${place.program}
[pager]\nstatus = ${place.program}\n[alias]\nstatus = !${place.program}\nrev-parse = !${place.program}\nconfig = !${place.program}
[gpg]\nprogram = ${place.program}\n[log]\nshowSignature = true\n[credential]\nhelper = !${place.program}`,
      );
      writeFileSync(join(place.at, '.git', 'info', 'attributes'), '* diff=x\n');
      touch(place);
    },
    false,
  ],
  [
    'a partial clone whose objects are gone',
    (place) => {
      // The branch by itself: what it names is fetched when it is looked at.
      config(
        place,
        `[core]\nrepositoryformatversion = 1\n[extensions]\npartialClone = origin\n[protocol]\nallow = always\n[protocol "ext"]\nallow = always
[remote "origin"]\nurl = "ext::${place.program} %S"\npromisor = true\npartialclonefilter = blob:none\nvcs = ext\nuploadpack = ${place.program}`,
      );
      for (const name of readdirSync(join(place.at, '.git', 'objects')))
        if (name.length === 2) rmSync(join(place.at, '.git', 'objects', name), { recursive: true });
    },
    true,
  ],
  ['core.worktree', (place) => config(place, `[core]\nworktree = ${place.victim.at}`), false],
  ['core.bare', (place) => config(place, '[core]\nbare = true'), false],
];

describe.each(CONFIGS)('%s', (_name, write, dirty) => {
  test.each([
    ['for a person', {}],
    ['under Jenkins', JENKINS],
  ])('%s', async (_who, env) => {
    const place = makePlace();
    write(place);
    const source = await readSourceRevision(place.at, { PATH, WORKSPACE: place.at, ...env });
    expect(existsSync(place.mark)).toBe(false);
    expect(source.commit).toBe(place.commit);
    expect(source.dirty).toBe(dirty && env !== JENKINS);
  });
});

test('the marks are real: git by itself runs the monitor and the filter', () => {
  for (const write of [CONFIGS[0]?.[1], CONFIGS[1]?.[1]]) {
    const place = makePlace();
    write?.(place);
    execFileSync('git', ['-C', place.at, 'status'], { stdio: 'pipe' });
    expect(existsSync(place.mark)).toBe(true);
  }
});

test("git's variables, and a HOME in the workspace, change nothing", async () => {
  const place = makePlace();
  const { at, program, victim } = place;
  const trace = join(at, '..', 'trace');
  const evil = `[core]\nfsmonitor = ${program}\n[filter "x"]\nclean = ${program}\n`;
  for (const name of ['.gitconfig', 'config']) writeFileSync(join(at, '.git', name), evil);
  git(at, 'init', '-q');
  const env = {
    PATH,
    WORKSPACE: at,
    HOME: join(at, '.git'),
    XDG_CONFIG_HOME: join(at, '.git'),
    GIT_DIR: join(victim.at, '.git'),
    GIT_WORK_TREE: victim.at,
    GIT_INDEX_FILE: join(victim.at, '.git', 'index'),
    GIT_OBJECT_DIRECTORY: join(victim.at, '.git', 'objects'),
    GIT_CONFIG_GLOBAL: join(at, '.git', '.gitconfig'),
    GIT_CONFIG_SYSTEM: join(at, '.git', '.gitconfig'),
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.fsmonitor',
    GIT_CONFIG_VALUE_0: program,
    GIT_CONFIG_PARAMETERS: `'core.fsmonitor=${program}'`,
    GIT_EXTERNAL_DIFF: program,
    GIT_EXEC_PATH: join(at, '.git'),
    GIT_SSH_COMMAND: program,
    GIT_ASKPASS: program,
    GIT_PAGER: program,
    GIT_TRACE: trace,
    GIT_TRACE2: trace,
    GIT_TRACE2_EVENT: trace,
  };
  for (const jenkins of [{}, JENKINS]) {
    expect(await readSourceRevision(at, { ...env, ...jenkins })).toEqual({
      commit: place.commit,
      dirty: false,
      url: undefined,
    });
    expect([place.mark, trace].filter(existsSync)).toEqual([]);
  }
});

test('a program with the name git in the workspace never runs, even where PATH leads to it', async () => {
  const place = makePlace();
  const { at, program } = place;
  writeFileSync(join(at, '.git', 'info', 'exclude'), 'bin\ngit\n');
  mkdirSync(join(at, 'bin'));
  for (const name of ['bin/git', 'git']) {
    cpSync(program, join(at, name));
    chmodSync(join(at, name), 0o755);
  }
  for (const first of ['', '.', 'bin', join(at, 'bin'), join(at, '..', 'workspace', 'bin')]) {
    const source = await readSourceRevision(at, { PATH: [first, PATH].join(delimiter), WORKSPACE: at });
    expect(source).toEqual({ commit: place.commit, dirty: false, url: undefined });
  }
  expect(await readSourceRevision(at, { PATH: join(at, 'bin') })).toMatchObject({ commit: place.commit, dirty: false });
  expect(existsSync(place.mark)).toBe(false);
});

test('nothing is written into the repository', async () => {
  const place = makePlace();
  touch(place);
  const index = () => statSync(join(place.at, '.git', 'index'), { bigint: true }).mtimeNs;
  const before = index();
  expect(await readSourceRevision(place.at, { PATH })).toMatchObject({ dirty: false });
  expect(index()).toBe(before);
});

describe('what looks like a repository and is none of the workspace', () => {
  /** The workspace has a repository. An attacker has made its folder `app`. */
  const made: readonly (readonly [string, (place: Place, app: string) => void])[] = [
    [
      'a bare repository among the files',
      ({ victim, program }, app) => {
        git(victim.at, 'clone', '-q', '--bare', '.', app);
        appendFileSync(join(app, 'config'), `[core]\nfsmonitor = ${program}\nworktree = .\n`);
      },
    ],
    [
      'a `.git` file that leads out',
      ({ victim }, app) => writeFileSync(join(app, '.git'), `gitdir: ${victim.at}/.git\n`),
    ],
    ['a `.git` file that leads out upwards', (_, app) => writeFileSync(join(app, '.git'), 'gitdir: ../../victim/.git')],
    ['a `.git` link that leads out', ({ victim }, app) => symlinkSync(join(victim.at, '.git'), join(app, '.git'))],
    [
      'a `.git` file that leads out by a link',
      ({ victim }, app) => {
        symlinkSync(victim.at, join(app, 'link'));
        writeFileSync(join(app, '.git'), 'gitdir: link/.git\n');
      },
    ],
    [
      'objects and refs that are elsewhere',
      ({ victim, commit }, app) => {
        mkdirSync(join(app, '.git'));
        writeFileSync(join(app, '.git', 'HEAD'), `${commit}\n`);
        writeFileSync(join(app, '.git', 'commondir'), join(victim.at, '.git'));
      },
    ],
    [
      'refs that are a link',
      ({ victim }, app) => {
        repository(app, 'other');
        rmSync(join(app, '.git', 'refs'), { recursive: true });
        symlinkSync(join(victim.at, '.git', 'refs'), join(app, '.git', 'refs'));
        renameSync(join(app, '.git', 'HEAD'), join(app, '.git', 'HEAD.old'));
      },
    ],
    ['an empty `.git`', (_, app) => mkdirSync(join(app, '.git'))],
    ['a `.git` that is a fifo', (_, app) => void execFileSync('mkfifo', [join(app, '.git')])],
    [
      'a HEAD that is a fifo',
      (_, app) => {
        repository(app, 'other');
        rmSync(join(app, '.git', 'HEAD'));
        execFileSync('mkfifo', [join(app, '.git', 'HEAD')]);
      },
    ],
    ['a `.git` file of other things', (_, app) => writeFileSync(join(app, '.git'), 'gitdir: \n\0x')],
    ['a `.git` that leads to itself', (_, app) => symlinkSync('.git', join(app, '.git'))],
  ];

  test.each(made)('%s', async (name, make) => {
    // git itself waits for a fifo when it looks for changes, until its time is up.
    for (const env of name === 'a HEAD that is a fifo' ? [JENKINS] : [{}, JENKINS]) {
      const place = makePlace();
      const app = join(place.at, 'app');
      mkdirSync(app);
      make(place, app);
      const source = await readSourceRevision(app, { PATH, WORKSPACE: place.at, ...env });
      expect(source.commit).toBe(place.commit);
      expect(existsSync(place.mark)).toBe(false);
      const own = await readSourceRevision(app, { PATH, ...env });
      expect(own.commit).toBe(env === JENKINS ? undefined : place.commit);
    }
  });

  test('the workspace itself is a bare repository, or links to one', async () => {
    const place = makePlace();
    const bare = join(place.at, '..', 'bare');
    git(place.victim.at, 'clone', '-q', '--bare', '.', bare);
    for (const env of [{}, JENKINS])
      expect(await readSourceRevision(bare, { PATH, ...env })).toMatchObject({ commit: undefined });
  });
});

test('a ref that leads out of the repository is not followed', async () => {
  const { at, victim } = makePlace();
  const head = join(at, '.git', 'HEAD');
  for (const text of [
    'ref: refs/../../../victim/.git/HEAD',
    'ref: ../../victim/.git/HEAD',
    `ref: ${victim.at}/.git/HEAD`,
  ]) {
    writeFileSync(head, `${text}\n`);
    expect((await readSourceRevision(at, { PATH, WORKSPACE: at })).commit).toBeUndefined();
  }
});
