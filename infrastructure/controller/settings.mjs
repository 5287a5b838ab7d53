import { createPrivateKey } from 'node:crypto';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ readonly path: string, readonly text: string }} File path: below the private folder
 * @typedef {Readonly<Record<string, string | undefined>>} Environment an empty value counts as none
 * @typedef {(complaint: string) => void} Complain
 */

/** The id of the GitHub credential in Jenkins, whatever its kind. */
const CREDENTIAL = 'github';
const GITHUB = /^https:\/\/github\.com\/([A-Za-z0-9-]+)\/([A-Za-z0-9_-][A-Za-z0-9._-]*?)(?:\.git)?\/?$/;
const REPOSITORY = /^https:\/\/[A-Za-z0-9.-]+(:\d+)?(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+\/?$/;
const LOOKS_LIKE = 'an https:// URL without user, query or spaces, like https://github.com/acme/shop';

/**
 * The settings that are not secret. Their forms are strict, because configuration as code would replace a ${...} in them.
 * @type {readonly { name: string, needed: boolean, is: RegExp, hint: string }[]}
 */
const PLAIN = [
  {
    name: 'JENKINS_URL',
    needed: true,
    is: /^(https:\/\/[A-Za-z0-9.-]+(:\d+)?|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?)\/?$/,
    hint: 'where people reach Jenkins, like https://jenkins.example.com/',
  },
  { name: 'ADMIN_USER', needed: false, is: /^[A-Za-z0-9][A-Za-z0-9._-]*$/, hint: 'letters, digits, dot, _ and -' },
  { name: 'EXECUTORS', needed: false, is: /^([0-9]|1[0-6])$/, hint: '0 to 16 builds at once on the controller' },
  { name: 'LIBRARY_REPOSITORY', needed: true, is: REPOSITORY, hint: LOOKS_LIKE },
  {
    name: 'LIBRARY_VERSION',
    needed: true,
    is: /^[A-Za-z0-9][A-Za-z0-9._/-]*$/,
    hint: 'the tag (or branch, or commit) of the library that builds use, like v0.1.0',
  },
  { name: 'PIPELINE_REPOSITORY', needed: false, is: REPOSITORY, hint: LOOKS_LIKE },
  {
    name: 'FARGATE_CI_PREFIX',
    needed: false,
    is: /^[a-z][a-z0-9-]*$/,
    hint: 'the prefix of the stacks, like fargate-ci',
  },
  { name: 'AWS_REGION', needed: true, is: /^[a-z]+(-[a-z]+)+-\d+$/, hint: 'a region, like ap-southeast-2' },
];

/**
 * Decides what the entrypoint writes: the secrets as files, and the parts of the configuration that exist only with a GitHub
 * credential or a pipeline's repository. It returns all complaints at once; none has a secret's text.
 * @param {Environment} env of the container
 * @param {string} folder the private one: the configuration names files in it
 * @returns {{ readonly files: readonly File[], readonly complaints: readonly string[] }} no files where it complains
 */
export function plan(env, folder) {
  /** @type {string[]} */
  const complaints = [];
  const complain = (/** @type {string} */ complaint) => void complaints.push(complaint);
  for (const { name, needed, is, hint } of PLAIN) {
    const value = env[name];
    if (value ? !is.test(value) : needed)
      complain(`${name} is ${value ? JSON.stringify(value) : 'missing'}. It is ${hint}`);
  }
  /** @type {File[]} */
  const files = [];
  const { ADMIN_PASSWORD: password = '' } = env;
  if (!password) complain("ADMIN_PASSWORD is missing. It is the admin user's password, from Secrets Manager");
  // Jenkins hashes passwords with bcrypt, and refuses longer ones.
  else if (Buffer.byteLength(password) > 72) complain('ADMIN_PASSWORD is too long. Jenkins takes 72 bytes');
  else files.push({ path: 'secrets/admin-password', text: literal(password) });
  if (env.GITHUB_CREDENTIAL) files.push(...credential(env.GITHUB_CREDENTIAL, folder, complain));
  if (env.PIPELINE_REPOSITORY) files.push(pipeline(env.PIPELINE_REPOSITORY, Boolean(env.GITHUB_CREDENTIAL)));
  return { files: complaints.length > 0 ? [] : files, complaints };
}

/**
 * The GitHub credential: a token as user name and password, which git and the GitHub API both take, or a GitHub App.
 * @param {string} json `{token}` or `{appId, privateKey, owner?}`, each with an optional `webhookSecret`
 * @param {string} folder
 * @param {Complain} complain
 * @returns {File[]}
 */
function credential(json, folder, complain) {
  const { token, appId, privateKey, owner, webhookSecret } = fields(json);
  const file = (/** @type {string} */ name) => `\${readFile:${folder}/secrets/${name}}`;
  const common = { scope: 'GLOBAL', id: CREDENTIAL };
  /** @type {File[]} */
  const secrets = [];
  /** @type {object[]} */
  const credentials = [];
  if (token && !appId && !privateKey && !/\s/.test(token)) {
    secrets.push({ path: 'secrets/github-token', text: literal(token) });
    const description = 'GitHub token, from Secrets Manager';
    const password = file('github-token');
    credentials.push({ usernamePassword: { ...common, description, username: 'x-access-token', password } });
  } else if (appId && privateKey && !token) {
    const key = pkcs8(privateKey);
    if (!key)
      complain('GITHUB_CREDENTIAL has a privateKey that is no RSA key in PEM. Take the .pem file that GitHub made');
    else secrets.push({ path: 'secrets/github-app-key', text: key });
    const repositoryAccessStrategy = {
      specificRepositories: { ...(owner ? { owner: literal(owner) } : {}), repositories: [] },
    };
    const description = 'GitHub App, from Secrets Manager';
    credentials.push({
      gitHubApp: {
        ...common,
        description,
        appID: literal(appId),
        privateKey: file('github-app-key'),
        repositoryAccessStrategy,
      },
    });
  } else {
    complain(
      'GITHUB_CREDENTIAL is neither {"token": "..."} nor {"appId": "...", "privateKey": "...", "owner": "..."}. ' +
        'Write the secret as JSON with one of the two',
    );
  }
  if (webhookSecret) {
    secrets.push({ path: 'secrets/github-webhook', text: literal(webhookSecret) });
    const description = 'Secret of GitHub webhooks, from Secrets Manager';
    credentials.push({ string: { ...common, id: 'github-webhook', description, secret: file('github-webhook') } });
  }
  const configuration = {
    credentials: { system: { domainCredentials: [{ credentials }] } },
    ...(webhookSecret
      ? { unclassified: { githubpluginconfig: { hookSecretConfigs: [{ credentialsId: 'github-webhook' }] } } }
      : {}),
  };
  return [...secrets, yaml('github', configuration)];
}

/**
 * The multibranch job of a repository. pipeline.groovy describes it.
 * @param {string} url
 * @param {boolean} hasCredential
 * @returns {File}
 */
function pipeline(url, hasCredential) {
  const [, owner = '', name = url.replace(/(\.git)?\/?$/, '').replace(/^.*\//, '')] = GITHUB.exec(url) ?? [];
  const providedEnv = {
    // GitHub's own form of the URL: the branch source compares it with the one in a webhook.
    PIPELINE_REPOSITORY: owner ? `https://github.com/${owner}/${name}` : url,
    FARGATE_CI_JOB: name,
    FARGATE_CI_OWNER: owner,
    // For GitHub alone: another host must not see it.
    FARGATE_CI_CREDENTIAL: owner && hasCredential ? CREDENTIAL : '',
  };
  return yaml('pipeline', {
    jobs: [{ providedEnv }, { file: fileURLToPath(new URL('pipeline.groovy', import.meta.url)) }],
  });
}

/**
 * JSON is YAML, and needs no quoting rules of ours.
 * @param {string} name
 * @param {object} configuration
 * @returns {File}
 */
const yaml = (name, configuration) => ({
  path: `casc/${name}.yaml`,
  text: `${JSON.stringify(configuration, null, 2)}\n`,
});

/**
 * Configuration as code also replaces a ${...} in the values that it has read. It reads ^${ as ${, but only where a } follows.
 * @param {string} text
 */
const literal = (text) => text.replaceAll(/\$\{(?=.*\})/gs, () => '^${');

/**
 * The string fields of a JSON object, numbers as strings; none where it is no object.
 * @param {string} json
 * @returns {Readonly<Record<string, string | undefined>>}
 */
function fields(json) {
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(json);
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  const plain = Object.entries(value).filter(([, item]) => typeof item === 'string' || typeof item === 'number');
  return Object.fromEntries(plain.map(([key, item]) => [key, String(item)]));
}

/**
 * A private key as Jenkins wants it. GitHub hands out PKCS#1; a form that took the file may have made its line ends \n.
 * @param {string} pem
 * @returns {string | undefined} nothing where it is no RSA private key
 */
function pkcs8(pem) {
  try {
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'));
    return key.asymmetricKeyType === 'rsa' ? String(key.export({ type: 'pkcs8', format: 'pem' })) : undefined;
  } catch {
    return undefined;
  }
}
