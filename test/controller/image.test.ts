import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { CONTROLLER, variable } from './start.ts';

const read = (name: string) => readFileSync(`${CONTROLLER}/${name}`, 'utf8');
const dockerfile = read('Dockerfile');
const instructions = dockerfile
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter(Boolean)
  .map((line) => {
    const [name = '', ...rest] = line.split(' ');
    return { name, value: rest.join(' ') };
  });
const all = (wanted: string) => instructions.filter(({ name }) => name === wanted).map(({ value }) => value);
const env = Object.fromEntries(
  all('ENV').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
);
const [wanted = [], needed = []] = read('plugins.txt')
  .split('# What these need.')
  .map((part) => part.split('\n').filter((line) => /^[a-z]/.test(line)));
const plugins = [...wanted, ...needed];

test('bases are arguments: the LTS line of Jenkins on Java 21, and a Node.js that the helper knows', () => {
  expect(all('ARG')).toEqual([
    'JENKINS_IMAGE=jenkins/jenkins:lts-jdk21',
    expect.stringMatching(/^NODE_IMAGE=node:2[024]-bookworm-slim$/),
  ]);
  expect(all('FROM')).toEqual([`${variable('NODE_IMAGE')} AS node`, variable('JENKINS_IMAGE')]);
  expect(all('COPY')[0]).toBe('--from=node /usr/local/bin/node /usr/local/bin/node');
  expect(dockerfile).not.toMatch(/:latest/);
});

test('only root’s part runs as root; the image itself does not', () => {
  expect(all('USER')).toEqual(['root', 'jenkins', 'root', 'jenkins']);
  const asRoot = all('RUN').filter((value) => !value.includes('jenkins-plugin-cli'));
  expect(asRoot).toEqual([
    expect.stringMatching(/^node --version && chmod /),
    'chmod -R a+rX /usr/share/jenkins/fargate-ci',
  ]);
});

test('instructions that every kaniko knows, and nothing piped from the network into a shell', () => {
  const names = new Set(instructions.map(({ name }) => name));
  expect([...names].sort()).toEqual(['ARG', 'COPY', 'ENTRYPOINT', 'ENV', 'FROM', 'RUN', 'USER']);
  expect(dockerfile).not.toMatch(/--mount|--link|--chmod|<<|# syntax|curl|wget|ADD /);
});

test('no secret is built in', () => {
  const names = [...all('ARG'), ...all('ENV')].map((pair) => pair.replace(/=.*/, ''));
  expect(names.filter((name) => /PASSWORD|TOKEN|CREDENTIAL|KEY|_SECRET$/.test(name))).toEqual([]);
});

test('Jenkins runs set up, in half of the memory, and weakened nowhere', () => {
  expect(env.JAVA_OPTS).toBe(
    '"-Djenkins.install.runSetupWizard=false -XX:MaxRAMPercentage=50 ' +
      '-Djenkins.model.Jenkins.workspacesDir=/var/jenkins_workspaces/\\$' +
      '{ITEM_FULL_NAME}"',
  );
  expect(dockerfile + read('entrypoint.sh')).not.toMatch(/CSP|ParametersAction|ALLOW_|DISABLE_CSRF/);
  expect(env).toMatchObject({ JENKINS_SLAVE_AGENT_PORT: '-1', CASC_STRICT_SECRET_RESOLUTION: 'true' });
});

test('what changes much or must not last is beside JENKINS_HOME', () => {
  expect(env.JENKINS_OPTS).toBe('"--webroot=/var/cache/jenkins/war --pluginroot=/var/cache/jenkins/plugins"');
  expect(env).toMatchObject({
    CASC_JENKINS_CONFIG: '/usr/share/jenkins/fargate-ci/casc',
    FARGATE_CI_PRIVATE: '/dev/shm/fargate-ci',
    FARGATE_CI_WORKSPACES: '/var/jenkins_workspaces',
  });
  expect(all('COPY').join()).not.toMatch(/jenkins_home|jenkins\/ref/);
});

test('the entrypoint comes first, before tini, and needs no exec bit', () => {
  expect(all('ENTRYPOINT')).toEqual(['["/bin/sh", "/usr/share/jenkins/fargate-ci/entrypoint.sh"]']);
});

test('the folder has what the image copies, the ignore file lets it through, and there is nothing else', () => {
  const copied = all('COPY')
    .filter((value) => !value.startsWith('--from'))
    .flatMap((value) => value.split(' ').slice(0, -1));
  const names = [...new Set(copied.map((path) => path.replace(/\/$/, '')))].sort();
  expect(names).toEqual(['casc', 'configure.mjs', 'entrypoint.sh', 'pipeline.groovy', 'plugins.txt', 'settings.mjs']);
  for (const name of names) expect(existsSync(`${CONTROLLER}/${name}`)).toBe(true);
  const ignore = read('.dockerignore')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  expect(ignore[0]).toBe('*');
  expect(
    ignore
      .slice(1)
      .map((line) => line.slice(1))
      .sort(),
  ).toEqual(names);
  expect(readdirSync(CONTROLLER).sort()).toEqual(['.dockerignore', 'Dockerfile', ...names].sort());
});

test('plugins: those that are wanted, and what they need, each once and with its version', () => {
  expect(wanted.map((line) => line.split(':')[0])).toEqual([
    'antisamy-markup-formatter',
    'configuration-as-code',
    'credentials-binding',
    'git',
    'github-branch-source',
    'job-dsl',
    'pipeline-groovy-lib',
    'plain-credentials',
    'timestamper',
    'workflow-aggregator',
  ]);
  const names = plugins.map((line) => line.split(':')[0]);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(
    expect.arrayContaining(['credentials', 'github', 'scm-api', 'script-security', 'workflow-cps']),
  );
  for (const line of plugins) expect(line).toMatch(/^[a-z0-9-]+:\d[0-9a-z._-]*$/);
});

test('plugins are those of the list, not newer ones, and the image wins over JENKINS_HOME', () => {
  const run = all('RUN').find((value) => value.includes('jenkins-plugin-cli'));
  expect(run).toContain('--latest false --plugin-file /usr/share/jenkins/fargate-ci/plugins.txt');
  expect(run).toContain('mv "$plugin" "$plugin.override"');
});

test('the page tells of each plugin, each setting and each secret', () => {
  const page = readFileSync('docs/controller.md', 'utf8');
  for (const line of wanted) expect(page).toContain(`\`${line.split(':')[0]}\``);
  const settings = read('settings.mjs').match(/(?<=name: ')[A-Z_]+/g) ?? [];
  expect(settings).toHaveLength(8);
  const secrets = ['ADMIN_PASSWORD', 'GITHUB_CREDENTIAL'];
  for (const name of [...settings, ...secrets, ...Object.keys(env)]) expect(page).toContain(`\`${name}\``);
});
