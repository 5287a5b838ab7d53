// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are Groovy's
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/**
 * The turns of a call of kanikoBuild in `try { node { ... } }`: its steps and safepoints. They are counted from the beginning of the
 * run, which is before `try`.
 */
const TURNS = { first: 2, last: 23 };

/**
 * Aborts, and whole Jenkinsfiles.
 * @type {readonly import('../cases.mjs').Case[]}
 */
export const abortCases = [
  {
    name: 'an abort stops the helper, which may end its work, and the build is aborted',
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
    name: `at whatever turn an abort comes, the folder is deleted and the call's number is free again: turn ${TURNS.first + index}`,
    script: `try { node { kanikoBuild(image: 'shop') } } catch (e) { echo "ended by \${e.message}" }
      echo "left: \${env.FARGATE_CI_CALLS}"
      node { kanikoBuild(image: 'shop') }`,
    abortAt: TURNS.first + index,
    shows: ['ended by Aborted by a person', 'left: '],
    check(/** @type {{ calls: import('../cases.mjs').Call[], workspace: string }} */ { calls, workspace }) {
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
    name: 'a helper that is ended by someone else is a failure',
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
    script: readFileSync(new URL('../../../example/Jenkinsfile', import.meta.url), 'utf8').replace(/^.*\n/, ''),
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
];
