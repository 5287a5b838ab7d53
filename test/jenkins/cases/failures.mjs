// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are Groovy's
import assert from 'node:assert/strict';

const build = "node { kanikoBuild(image: 'shop') }";

/**
 * Failures: of the build, of the helper, of the agent.
 * @type {readonly import('../cases.mjs').Case[]}
 */
export const failureCases = [
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
];
