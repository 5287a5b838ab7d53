// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are Groovy's
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';

/**
 * Parameters and results: what the steps hand to the helper, and what comes back.
 * @type {readonly import('../cases.mjs').Case[]}
 */
export const valueCases = [
  {
    name: 'a good build returns plain values',
    script:
      "node { def built = kanikoBuild(image: 'shop'); sh 'true'; echo \"${built.reference}, ${built.seconds.context}, ${built.digest}\" }",
    shows: ['sh (kanikoBuild)', '[fargate-ci] build of shop: größer', 'registry/shop@sha256:1, 1.5, null'],
    check({ calls, workspace }) {
      const [call] = calls;
      assert.deepEqual(call?.parameters, { image: 'shop', workspace, call: 0 });
      assert.deepEqual(call?.arguments, ['build', '--params', '/dev/stdin', '--result', 'result.json']);
      assert.equal(call?.parent, 'java', 'a shell between would outlive an abort: exec');
      assert.deepEqual(call?.flags, [], 'flags of V8 void the code that Node.js keeps of its own modules');
      assert.match(call?.cwd ?? '', new RegExp(`^${workspace}@tmp/fargate-ci/[0-9a-f-]{36}/run$`));
    },
  },
  {
    name: 'nothing is left in the workspace or beside it',
    script: "node { kanikoBuild(image: 'shop'); catchError { kanikoBuild(image: 'fails') } }",
    result: 'FAILURE',
    check({ workspace }) {
      assert.deepEqual(readdirSync(workspace), []);
      assert.deepEqual(readdirSync(`${workspace}@tmp/fargate-ci`), []);
    },
  },
  {
    name: "only the agent's user can read the call's files, and its parameters are deleted while it runs",
    script: "node { kanikoBuild(image: 'shop', mask: ['hunter22']) }",
    check({ calls, log }) {
      assert.deepEqual(calls[0]?.files, ['helper.mjs 600']);
      assert.equal(calls[0]?.folder, '700');
      assert.deepEqual(calls[0]?.parameters.mask, ['hunter22']);
      assert.ok(!log.includes('hunter22'));
    },
  },
  {
    name: 'the result is used in the next stage',
    script: `node {
      def built
      stage('Build') { built = kanikoBuild(image: 'shop') }
      stage('Deploy') { def live = fargateDeploy(service: 'web', image: built, port: 80); echo "changed \${live.changed}" }
    }`,
    shows: ['{ (Build)', 'build of shop', '{ (Deploy)', 'changed true'],
    check({ calls }) {
      const image = /** @type {Record<string, unknown>} */ (calls[1]?.parameters.image);
      assert.equal(image.reference, 'registry/shop@sha256:1');
      assert.deepEqual(image.seconds, { context: '1.5', start: '20' });
    },
  },
  {
    name: 'values of every kind reach the helper',
    script: `node {
      def version = 'größer "x" $HOME \\'y\\' \\\\n'
      kanikoBuild(image: ["a:\${1 + 1}", 'b'], buildArgs: [VERSION: "v\${version}", EMPTY: '', N: 3], cache: false, target: null,
        cpu: 1024, mask: 'x,y'.split(','), timeout: 1.5)
    }`,
    check({ calls, workspace }) {
      assert.deepEqual(calls[0]?.parameters, {
        image: ['a:2', 'b'],
        buildArgs: { VERSION: `vgrößer "x" $HOME 'y' \\n`, EMPTY: '', N: '3' },
        cache: false,
        target: null,
        cpu: 1024,
        mask: ['x', 'y'],
        timeout: 1.5,
        workspace,
        call: 0,
      });
    },
  },
  {
    name: 'numbers in maps and lists become texts, digit for digit; parameters that are numbers stay numbers',
    script: `node {
      kanikoBuild(image: 'shop', timeout: 60, memory: 8192L, cpu: 1024 as short, target: 1.10, buildArgs: [
        A: 3.10, B: 1.0, C: 12345678901234567L, D: 100000000000000000000, E: 0.1f, F: 1.0d, G: 1e3, H: 0.0000001, I: -0.00000010,
        J: -5, K: 0.10, L: 1 as short, M: true, N: 'null', O: 007, U: 0 / 0d, P: 1e-7, Q: -12.50, R: 0, S: 0.0, T: 1.5e21], kanikoArgs: [1, 2.50],
        labels: [deep: [1.10, [x: 2.20]]], ignore: [3.30, '4'] as Set, mask: [1, 2] as Object[])
    }`,
    check({ calls }) {
      const { image, workspace, call, ...given } = calls[0]?.parameters ?? {};
      assert.deepEqual(given, {
        timeout: 60,
        memory: 8192,
        cpu: 1024,
        target: 1.1,
        buildArgs: {
          ...{ A: '3.10', B: '1.0', C: '12345678901234567', D: '100000000000000000000', E: '0.1', F: '1.0', G: '1000' },
          ...{
            H: '0.0000001',
            I: '-0.00000010',
            J: '-5',
            K: '0.10',
            L: '1',
            M: true,
            N: 'null',
            O: '7',
            U: 'NaN',
            P: '0.0000001',
          },
          ...{ Q: '-12.50', R: '0', S: '0.0', T: '1500000000000000000000' },
        },
        kanikoArgs: ['1', '2.50'],
        labels: { deep: ['1.10', { x: '2.20' }] },
        ignore: ['3.30', '4'],
        mask: ['1', '2'],
      });
    },
  },
  {
    name: 'names of other types become texts',
    script: `node {
      kanikoBuild(["\${'im' + 'age'}": "sh\${'op'}", buildArgs: ["\${'A'}": "\${1 + 1}", 7: 'x', (null): 'y'], (null): 'z'])
    }`,
    check({ calls }) {
      const { image, buildArgs, null: unset } = calls[0]?.parameters ?? {};
      assert.deepEqual([image, buildArgs, unset], ['shop', { A: '2', 7: 'x', null: 'y' }, 'z']);
    },
  },
  {
    name: 'a null reaches the helper, in maps and lists too',
    script: "node { fargateDeploy(service: 'web', image: null, env: [OLD: null], command: ['a', null]) }",
    check({ calls }) {
      const { image, env, command } = calls[0]?.parameters ?? {};
      assert.deepEqual([image, env, command], [null, { OLD: null }, ['a', null]]);
    },
  },
  {
    name: 'a step of a team that leaves out nulls, as the refusal proposes',
    script: `def deploy(Map args) { fargateDeploy(args.findAll { it.value != null }) }
      def release(Map args = [:]) { deploy([service: args.service, image: args.imgae, count: args.count, wait: args.wait]) }
      node { kanikoBuild(image: 'shop'); release(service: 'web', count: 0, wait: false) }`,
    check({ calls }) {
      const { workspace, candidates, unpushed, ...given } = calls[1]?.parameters ?? {};
      assert.deepEqual(given, { service: 'web', count: 0, wait: false });
    },
  },
  {
    name: 'unknown parameters reach the helper',
    script: "node { kanikoBuild(image: 'shop', imgae: 'x') }",
    check: ({ calls }) => assert.equal(calls[0]?.parameters.imgae, 'x'),
  },
  {
    name: 'no parameters at all',
    script: 'node { kanikoBuild() }',
    check: ({ calls, workspace }) => assert.deepEqual(calls[0]?.parameters, { workspace, call: 0 }),
  },
  {
    name: 'null for the parameters',
    script: 'node { kanikoBuild(null) }',
    check: ({ calls, workspace }) => assert.deepEqual(calls[0]?.parameters, { workspace, call: 0 }),
  },
  ...[
    ["image: { 'shop' }", 'image is a closure'],
    ["image: 'shop', labels: [a: 'b', c: [[d: { 1 }]]]", 'labels.c.d is a closure'],
    ["image: 'shop', mask: [{ 1 }] as Set", 'mask is a closure'],
    ["image: 'shop', buildArgs: [A: this]", 'buildArgs.A is an object'],
    ["image: 'shop', buildArgs: env", 'buildArgs is an object'],
    ["image: 'shop', target: currentBuild", 'target is an object'],
    ["image: 'shop', timeout: 0 / 0d", 'timeout is NaN'],
    ["image: 'shop', timeout: -1 / 0f", 'timeout is -Infinity'],
  ].map(([given, message]) => ({
    name: `a value of another type is refused: ${message}`,
    script: `node { kanikoBuild(${given}) }`,
    result: /** @type {const} */ ('FAILURE'),
    shows: [`ERROR: kanikoBuild failed: ${message}`, 'category  usage'],
    check: (/** @type {{ calls: import('../cases.mjs').Call[] }} */ { calls }) => assert.deepEqual(calls, []),
  })),
  {
    name: 'a list of built images that is no list',
    script: "node { withEnv(['FARGATE_CI_BUILT=garbage']) { fargateDeploy(service: 'web') } }",
    check: ({ calls }) => assert.deepEqual(calls[0]?.parameters.candidates, []),
  },
  {
    name: 'the workspace is the current folder',
    script: "node { dir('sub/folder') { kanikoBuild(image: 'shop') } }",
    check({ calls, workspace }) {
      assert.equal(calls[0]?.parameters.workspace, `${workspace}/sub/folder`);
      assert.ok(calls[0]?.cwd.startsWith(`${workspace}@tmp/`));
    },
  },
  {
    name: 'a Jenkins without WORKSPACE_TMP',
    script: "node { withEnv(['WORKSPACE_TMP=']) { kanikoBuild(image: 'shop') } }",
    check: ({ calls, workspace }) => assert.ok(calls[0]?.cwd.startsWith(`${workspace}@tmp/`)),
  },
];
