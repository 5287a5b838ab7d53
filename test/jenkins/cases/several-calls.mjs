// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are Groovy's
import assert from 'node:assert/strict';

/**
 * Several calls in one run: what was built, parallel branches, equal calls.
 * @type {readonly import('../cases.mjs').Case[]}
 */
export const severalCallsCases = [
  {
    name: 'a deployment without an image gets the one that was built',
    script: "node { kanikoBuild(image: 'shop') }\nnode { fargateDeploy(service: 'web') }",
    check: ({ calls }) =>
      assert.deepEqual(calls[1]?.parameters.candidates, [
        { image: 'registry/shop:1', reference: 'registry/shop@sha256:1' },
      ]),
  },
  {
    name: 'a build that pushed nothing is no candidate for a deployment',
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
    name: 'a deployment without an image where none was built; a failed build does not count',
    script:
      "node { catchError(buildResult: 'SUCCESS') { kanikoBuild(image: 'fails') }; fargateDeploy(service: 'web') }",
    check: ({ calls }) => assert.deepEqual(calls[1]?.parameters.candidates, []),
  },
  {
    name: 'a rollback names a service and a revision, also where images were built before',
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
    name: 'parallel builds do not disturb each other, and the deployment knows both',
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
    name: 'equal calls side by side have different numbers; other calls and later calls do not',
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
    name: 'many equal calls side by side have different numbers, and the deployment knows each of them',
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
    name: 'a call that is made again has the same number, however the first one ended',
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
    name: 'a list of running calls that is no list',
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
];
