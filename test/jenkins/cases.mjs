// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are Groovy's
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/**
 * What the fake helper wrote down of a call.
 * @typedef {object} Call
 * @property {string} command
 * @property {Record<string, unknown>} parameters
 * @property {string[]} flags of node
 * @property {string[]} arguments
 * @property {string} cwd
 * @property {string} parent name of the program that started it
 * @property {string[]} files of its folder, with their modes
 * @property {string} folder mode of the folder above
 */

/**
 * A pipeline and what must come of it.
 * @typedef {object} Case
 * @property {string} name
 * @property {string} script the Jenkinsfile without its first line
 * @property {import('./harness.mjs').Result} [result] SUCCESS
 * @property {readonly string[]} [shows] texts that the log has, in this order
 * @property {readonly string[]} [hides] texts that it has not
 * @property {boolean} [windows]
 * @property {string} [abortOn]
 * @property {number} [abortAt]
 * @property {'none' | 'old' | 'broken'} [node] what `node` is on the agent; Node by default
 * @property {(seen: { calls: Call[], workspace: string, records: string, log: string }) => void} [check]
 */

/** A call of kanikoBuild in `try { node { ... } }`: its steps and safepoints, counted from the run's first, which is before `try`. */
const TURNS = { first: 2, last: 23 };

const build = "node { kanikoBuild(image: 'shop') }";

/** @type {readonly Case[]} */
export const cases = [
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
    name: "the call's files are nobody else's, and its parameters are off the disk while it runs",
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
    name: 'numbers in maps and lists are texts, digit for digit; parameters that are numbers stay so',
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
    name: 'names that are no texts become texts',
    script: `node {
      kanikoBuild(["\${'im' + 'age'}": "sh\${'op'}", buildArgs: ["\${'A'}": "\${1 + 1}", 7: 'x', (null): 'y'], (null): 'z'])
    }`,
    check({ calls }) {
      const { image, buildArgs, null: unset } = calls[0]?.parameters ?? {};
      assert.deepEqual([image, buildArgs, unset], ['shop', { A: '2', 7: 'x', null: 'y' }, 'z']);
    },
  },
  {
    name: 'null reaches the helper wherever it is: it is not left out',
    script: "node { fargateDeploy(service: 'web', image: null, env: [OLD: null], command: ['a', null]) }",
    check({ calls }) {
      const { image, env, command } = calls[0]?.parameters ?? {};
      assert.deepEqual([image, env, command], [null, { OLD: null }, ['a', null]]);
    },
  },
  {
    name: 'a wrapper that leaves out what is null: the mend that the refusal names',
    script: `def deploy(Map args) { fargateDeploy(args.findAll { it.value != null }) }
      def release(Map args = [:]) { deploy([service: args.service, image: args.imgae, count: args.count, wait: args.wait]) }
      node { kanikoBuild(image: 'shop'); release(service: 'web', count: 0, wait: false) }`,
    check({ calls }) {
      const { workspace, candidates, unpushed, ...given } = calls[1]?.parameters ?? {};
      assert.deepEqual(given, { service: 'web', count: 0, wait: false });
    },
  },
  {
    name: 'unknown parameters are left to the helper',
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
    name: `what is no plain value is refused: ${message}`,
    script: `node { kanikoBuild(${given}) }`,
    result: /** @type {const} */ ('FAILURE'),
    shows: [`ERROR: kanikoBuild failed: ${message}`, 'category  usage'],
    check: (/** @type {{ calls: Call[] }} */ { calls }) => assert.deepEqual(calls, []),
  })),
  {
    name: 'a list of what was built that is none',
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
  {
    name: 'a failing build fails with message, hint and category',
    script: "node { kanikoBuild(image: 'fails'); echo 'went on' }",
    result: 'FAILURE',
    shows: [
      'ERROR: kanikoBuild failed: RUN make größer ended with exit code 2',
      '  hint      its last lines are above',
      '  category  build',
    ],
    hides: ['went on'],
  },
  {
    name: 'try and catch see the failure',
    script: 'node { try { kanikoBuild(image: \'fails\') } catch (e) { echo "caught: ${e.message}" } }',
    shows: ['caught: kanikoBuild failed: RUN make größer', 'category  build'],
  },
  {
    name: 'catchError sees it, and an unstable build stays unstable',
    script:
      "node { unstable('some tests'); catchError(buildResult: 'UNSTABLE') { fargateDeploy(service: 'fails') }; kanikoBuild(image: 'shop') }",
    result: 'UNSTABLE',
    shows: ['ERROR: fargateDeploy failed', 'build of shop'],
  },
  {
    name: 'retry tries again',
    script: "node { retry(2) { kanikoBuild(image: 'fails') } }",
    result: 'FAILURE',
    check: ({ calls }) => assert.equal(calls.length, 2),
  },
  {
    name: 'a helper that was killed',
    script: "node { kanikoBuild(image: 'killed') }",
    result: 'FAILURE',
    shows: [
      'kanikoBuild failed: the helper ended with status 137 and without a result',
      'memory',
      'category  internal',
    ],
  },
  ...[
    'silent',
    'garbage',
    'lies',
    'no-result',
    'odd-result',
    'null',
    'nested',
    'nested-whole',
    'huge',
    'elsewhere',
  ].map((image) => ({
    name: `no success without a whole result and status 0: ${image}`,
    script: `node { kanikoBuild(image: '${image}'); echo 'went on' }`,
    result: /** @type {const} */ ('FAILURE'),
    shows: ['kanikoBuild failed: the helper ended with status'],
    hides: ['went on'],
  })),
  {
    name: 'no node on the agent',
    script: build,
    node: 'none',
    result: 'FAILURE',
    shows: [
      'kanikoBuild failed: there is no working Node.js on this agent',
      'hint      Install Node.js 20 or later',
      'category  usage',
    ],
  },
  {
    name: 'a node that does not start',
    script: build,
    node: 'broken',
    result: 'FAILURE',
    shows: ['kanikoBuild failed: there is no working Node.js on this agent', 'Install Node.js 20'],
  },
  {
    name: 'an old node',
    script: build,
    node: 'old',
    result: 'FAILURE',
    shows: ['kanikoBuild failed: Node.js on this agent is too old: v18.20.8', 'Install Node.js 20', 'category  usage'],
  },
  {
    name: 'an agent with Windows',
    script: "node { fargateDeploy(service: 'web') }",
    windows: true,
    result: 'FAILURE',
    shows: ['fargateDeploy failed: this agent runs Windows', "node('linux') { fargateDeploy(...) }", 'category  usage'],
    hides: ['[Pipeline] sh'],
  },
  {
    name: 'outside of node',
    script: "kanikoBuild(image: 'shop')",
    result: 'FAILURE',
    shows: ['Perhaps you forgot to surround the step with a step that provides this, such as: node'],
  },
  {
    name: 'deploy without an image knows the one that was built',
    script: "node { kanikoBuild(image: 'shop') }\nnode { fargateDeploy(service: 'web') }",
    check: ({ calls }) =>
      assert.deepEqual(calls[1]?.parameters.candidates, [
        { image: 'registry/shop:1', reference: 'registry/shop@sha256:1' },
      ]),
  },
  {
    name: 'a build that pushed nothing is no candidate',
    script:
      "node { kanikoBuild(image: 'checked', push: false); kanikoBuild(image: 'shop'); fargateDeploy(service: 'web') }",
    check({ calls }) {
      assert.deepEqual(calls[2]?.parameters.candidates, [
        { image: 'registry/shop:1', reference: 'registry/shop@sha256:1' },
      ]);
      assert.deepEqual(calls[2]?.parameters.unpushed, ['registry/checked:1']);
    },
  },
  {
    name: 'deploy without an image when none was built; a failed build is none',
    script:
      "node { catchError(buildResult: 'SUCCESS') { kanikoBuild(image: 'fails') }; fargateDeploy(service: 'web') }",
    check: ({ calls }) => assert.deepEqual(calls[1]?.parameters.candidates, []),
  },
  {
    name: 'a rollback names a service and where to go, whatever was built before',
    script: `node {
      kanikoBuild(image: 'shop')
      def live = fargateDeploy(service: 'web', rollbackTo: 'previous')
      echo "has \${live.service}"
    }`,
    shows: ['has web'],
    check({ calls }) {
      assert.equal(calls[1]?.command, 'deploy');
      assert.equal(calls[1]?.parameters.service, 'web');
      assert.equal(calls[1]?.parameters.rollbackTo, 'previous');
    },
  },
  {
    name: 'parallel builds do not meet, and both are known to the deployment',
    script: `node {
      def built = [:]
      parallel(one: { built.one = kanikoBuild(image: 'one') }, two: { built.two = kanikoBuild(image: 'two') })
      echo "\${built.one.reference} \${built.two.reference}"
      fargateDeploy(service: 'web')
    }`,
    shows: ['registry/one@sha256:1 registry/two@sha256:1'],
    check({ calls }) {
      assert.equal(new Set(calls.map((call) => call.cwd)).size, 3);
      const candidates = /** @type {{ image: string }[]} */ (calls[2]?.parameters.candidates);
      assert.deepEqual(candidates.map(({ image }) => image).sort(), ['registry/one:1', 'registry/two:1']);
    },
  },
  {
    name: 'equal calls side by side have numbers of their own, other ones and later ones have not',
    script: `node {
      kanikoBuild(image: 'pair')
      parallel(a: { kanikoBuild(image: 'pair', timeout: 9) }, b: { kanikoBuild(image: 'pair', timeout: 9) }, c: { kanikoBuild(image: 'shop') })
      kanikoBuild(image: 'pair', timeout: 9)
      echo "left: \${env.FARGATE_CI_CALLS}"
    }`,
    shows: ['left: {"calls":[]}'],
    check({ calls }) {
      const numbers = calls.map(({ parameters: { image, timeout, call } }) => `${image} ${timeout ?? '-'} ${call}`);
      assert.equal(numbers[0], 'pair - 0');
      assert.deepEqual(numbers.slice(1, 4).sort(), ['pair 9 0', 'pair 9 1', 'shop - 0']);
      assert.equal(numbers[4], 'pair 9 0');
    },
  },
  {
    name: 'many equal calls side by side have numbers of their own, and each is known to the deployment',
    script: `node {
      parallel([1, 2, 3, 4, 5, 6].collectEntries { ["\${it}": { kanikoBuild(image: 'crowd', timeout: 6) }] })
      fargateDeploy(service: 'web')
      echo "left: \${env.FARGATE_CI_CALLS}"
    }`,
    shows: ['left: {"calls":[]}'],
    check({ calls }) {
      const numbers = calls.slice(0, 6).map(({ parameters }) => parameters.call);
      assert.deepEqual(numbers.sort(), [0, 1, 2, 3, 4, 5]);
      const candidates = /** @type {unknown[]} */ (calls[6]?.parameters.candidates);
      assert.equal(candidates.length, 6);
    },
  },
  {
    name: 'a call made again has the number that it had, however it ended',
    script: `node {
      retry(2) { kanikoBuild(image: 'fails') }
    }`,
    result: 'FAILURE',
    check: ({ calls }) =>
      assert.deepEqual(
        calls.map(({ parameters }) => parameters.call),
        [0, 0],
      ),
  },
  {
    name: 'a list of calls that is none',
    script: "node { withEnv(['FARGATE_CI_CALLS=garbage']) { kanikoBuild(image: 'shop') } }",
    check: ({ calls }) => assert.equal(calls[0]?.parameters.call, 0),
  },
  {
    name: 'parallel builds on workspaces of their own',
    script: "parallel(one: { node { kanikoBuild(image: 'one') } }, two: { node { kanikoBuild(image: 'two') } })",
    check: ({ calls, workspace }) =>
      assert.deepEqual(calls.map((call) => call.parameters.workspace).sort(), [workspace, `${workspace}@2`]),
  },
  {
    name: 'a failing branch of parallel fails the build after the others have ended',
    script:
      "node { parallel(bad: { kanikoBuild(image: 'fails') }, good: { kanikoBuild(image: 'shop'); echo 'good ended' }) }",
    result: 'FAILURE',
    shows: ['[good] good ended', 'ERROR: kanikoBuild failed'],
  },
  {
    name: 'an abort stops the helper, which may finish, and stays an abort',
    script: "node { try { kanikoBuild(image: 'waits') } finally { echo 'finally' }; echo 'went on' }",
    abortOn: 'waiting',
    result: 'ABORTED',
    shows: ['waiting', 'Sending interrupt signal to process', 'stopping the task', 'deleteDir', 'finally'],
    hides: ['went on', 'kanikoBuild failed'],
    check({ workspace, records }) {
      assert.deepEqual(readdirSync(`${workspace}@tmp/fargate-ci`), []);
      assert.equal(readdirSync(records).filter((name) => name.startsWith('stopped')).length, 1);
    },
  },
  ...Array.from({ length: TURNS.last - TURNS.first + 1 }, (_, index) => ({
    name: `wherever an abort lands, the folder is deleted and the number given back: turn ${TURNS.first + index}`,
    script: `try { node { kanikoBuild(image: 'shop') } } catch (e) { echo "ended by \${e.message}" }
      echo "left: \${env.FARGATE_CI_CALLS}"
      node { kanikoBuild(image: 'shop') }`,
    abortAt: TURNS.first + index,
    shows: ['ended by Aborted by a person', 'left: '],
    check(/** @type {{ calls: Call[], workspace: string }} */ { calls, workspace }) {
      assert.equal(calls.at(-1)?.parameters.call, 0);
      assert.deepEqual(readdirSync(`${workspace}@tmp/fargate-ci`), []);
    },
  })),
  {
    name: 'a timeout of the Jenkinsfile is an abort, too',
    script: "node { timeout(time: 10, unit: 'SECONDS') { kanikoBuild(image: 'waits') } }",
    result: 'ABORTED',
    shows: ['Cancelling nested steps due to timeout', 'stopping the task', 'Timeout has been exceeded'],
    hides: ['kanikoBuild failed'],
  },
  {
    name: 'a helper that someone else ended is a failure',
    script: "node { kanikoBuild(image: 'terminated') }",
    result: 'FAILURE',
    shows: ['kanikoBuild failed: ended by SIGTERM', 'category  aborted'],
  },
  {
    name: 'no user value is part of a command line',
    script: "node { kanikoBuild(image: '$(touch hacked)', buildArgs: [X: '`touch hacked`\"; touch hacked #']) }",
    check({ calls, workspace }) {
      assert.ok(!existsSync(`${workspace}/hacked`));
      assert.ok(!JSON.stringify(calls[0]?.arguments).includes('hacked'));
    },
  },
  {
    name: 'the example',
    script: readFileSync(new URL('../../example/Jenkinsfile', import.meta.url), 'utf8').replace(/^.*\n/, ''),
    shows: ['checkout', '{ (Build)', 'build of shop', '{ (Deploy)', 'The shop is at 10.0.0.1:8080'],
    check({ calls }) {
      assert.deepEqual(calls[0]?.parameters.buildArgs, { VERSION: 'build 1' });
      assert.equal(calls[1]?.parameters.port, 8080);
    },
  },
  {
    name: "a team's own step around ours",
    script: `def release(String name) { kanikoBuild(image: name) }
      node { ['a', 'b'].each { release(it) }; fargateDeploy(service: 'web', count: 2) }`,
    check: ({ calls }) => assert.match(JSON.stringify(calls[2]?.parameters.candidates), /registry\/a:1.*registry\/b:1/),
  },

  // The harness itself: each of these passes only where it is as strict as Jenkins.
  {
    name: 'harness: a local that cannot be saved fails at the next step',
    script: "node { def matcher = ('a' =~ /a/); sh 'true' }",
    result: 'FAILURE',
    shows: ['NotSerializableException: java.util.regex.Matcher'],
  },
  {
    name: 'harness: what JsonSlurper returns cannot be saved',
    script:
      "import groovy.json.JsonSlurper\nnode { def json = new JsonSlurper().parseText('{\"a\":{}}'); writeFile(file: 'x', text: 'y') }",
    result: 'FAILURE',
    shows: ['NotSerializableException: groovy.json.internal.LazyMap'],
  },
  {
    name: 'harness: a step in a NonCPS method is a mismatch and fails',
    script: "@NonCPS\nvoid wrong() { sh 'true' }\nnode { wrong(); echo 'went on' }",
    result: 'FAILURE',
    shows: ['expected to call WorkflowScript.wrong but wound up catching'],
  },
  ...[
    ["System.getenv('HOME')", 'staticMethod java.lang.System getenv'],
    ["new File('/etc/passwd')", 'new java.io.File'],
    ['groovy.json.JsonOutput.toJson([1, 2])', 'staticMethod groovy.json.JsonOutput toJson'],
    ["'x'.execute()", 'method java.lang.String execute'],
  ].map(([call, refused]) => ({
    name: `harness: the sandbox refuses ${call}`,
    script: `node { ${call} }`,
    result: /** @type {const} */ ('FAILURE'),
    shows: [`Scripts not permitted to use ${refused}`],
  })),
  {
    name: 'harness: a NonCPS method is in the sandbox, too',
    script: "@NonCPS\nString wrong() { System.getenv('HOME') }\nnode { wrong() }",
    result: 'FAILURE',
    shows: ['Scripts not permitted to use staticMethod java.lang.System getenv'],
  },
  {
    name: 'harness: at a turn of a loop another branch goes on',
    script: `def count() { def before = env.N ?: '0'; for (turn in [1]) { }; env.N = before.toInteger() + 1 }
      node { parallel(a: { count() }, b: { count() }); echo "counted \${env.N}" }`,
    shows: ['counted 1'],
  },
  {
    name: 'harness: each script has its own instance of a global variable',
    script: 'node { echo "mine ${fargateHelper.is(kanikoBuild.fargateHelper)}" }',
    result: 'SUCCESS',
    shows: ['mine false'],
  },
];
