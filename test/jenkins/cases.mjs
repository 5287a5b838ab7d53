import { abortCases } from './cases/aborts.mjs';
import { failureCases } from './cases/failures.mjs';
import { harnessCases } from './cases/harness.mjs';
import { severalCallsCases } from './cases/several-calls.mjs';
import { valueCases } from './cases/values.mjs';

/**
 * A call of the helper, as the fake helper records it.
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
 * A pipeline, and what must become of it.
 * @typedef {object} Case
 * @property {string} name
 * @property {string} script the Jenkinsfile without its first line
 * @property {import('./harness.mjs').Result} [result] SUCCESS
 * @property {readonly string[]} [shows] texts that the log has, in this order
 * @property {readonly string[]} [hides] texts that the log does not have
 * @property {boolean} [windows]
 * @property {string} [abortOn]
 * @property {number} [abortAt]
 * @property {'none' | 'old' | 'broken'} [node] the agent's `node`; the real one where left out
 * @property {(seen: { calls: Call[], workspace: string, records: string, log: string }) => void} [check]
 */

/** @type {readonly Case[]} */
export const cases = [...valueCases, ...failureCases, ...severalCallsCases, ...abortCases, ...harnessCases];
