import { planRerun } from '../../helper/src/task/rerun-task.ts';
import type { EndedTask } from '../../helper/src/task/task-request.ts';
import { request } from '../support/task-scene.ts';

const ENDED: EndedTask = {
  arn: 'arn:aws:ecs:x:1:task/fargate-ci/1',
  id: '1',
  exitCode: undefined,
  stopCode: 'TaskFailedToStart',
  stoppedReason: '',
  containerReason: '',
  timedOut: false,
  createdAt: 0,
  phasesMs: { provisioning: 0, pulling: 0, running: 0 },
  log: { group: 'g', stream: 's', link: 'l', problem: undefined },
};
const spot = { spot: true, spotFallback: true };
const taken: Partial<EndedTask> = { stopCode: 'SpotInterruption', exitCode: 143 };
const noRoom: Partial<EndedTask> = { stoppedReason: 'Capacity is unavailable at this time. Please try again later' };
const noInterface: Partial<EndedTask> = {
  stoppedReason: 'Timeout waiting for network interface provisioning to complete.',
};

for (const [name, end, asked, expected] of [
  ['Spot taken back, with a fallback', taken, spot, false],
  ['Spot taken back before it ran', { ...taken, exitCode: undefined }, spot, false],
  ['Spot taken back, without one', taken, { spot: true }, undefined],
  ['no room found late', noRoom, {}, false],
  ['no room found late, on Spot', noRoom, spot, true],
  ['no network interface', noInterface, {}, false],
  // Never the user's build.
  ['a build that failed', { stopCode: 'EssentialContainerExited', exitCode: 1 }, spot, undefined],
  ['a build that ended well', { stopCode: 'EssentialContainerExited', exitCode: 0 }, spot, undefined],
  ['out of memory', { stopCode: 'EssentialContainerExited', exitCode: 137 }, spot, undefined],
  ['a build that says so itself', { ...noRoom, stopCode: 'EssentialContainerExited', exitCode: 1 }, spot, undefined],
  ['someone stopped it', { stopCode: 'UserInitiated', exitCode: 143 }, spot, undefined],
  ['its time was up', { ...taken, timedOut: true }, spot, undefined],
  // What would fail again.
  ['an image that is not there', { stoppedReason: 'CannotPullContainerError: not found' }, {}, undefined],
  ['a secret that is not there', { stoppedReason: 'ResourceInitializationError: x' }, {}, undefined],
] as const) {
  test(`${name}: ${expected === undefined ? 'stays as it is' : `again, ${expected ? 'on Spot' : 'on demand'}`}`, () => {
    expect(planRerun({ ...ENDED, ...end }, { ...request, ...asked })?.request.spot).toBe(expected);
  });
}
