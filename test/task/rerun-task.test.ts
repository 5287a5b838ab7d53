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
const spotTakenBack: Partial<EndedTask> = { stopCode: 'SpotInterruption', exitCode: 143 };
const noCapacity: Partial<EndedTask> = {
  stoppedReason: 'Capacity is unavailable at this time. Please try again later',
};
const noInterface: Partial<EndedTask> = {
  stoppedReason: 'Timeout waiting for network interface provisioning to complete.',
};

for (const [name, end, asked, expected] of [
  ['Spot taken back, with a fallback', spotTakenBack, spot, false],
  ['Spot taken back before it ran', { ...spotTakenBack, exitCode: undefined }, spot, false],
  ['Spot taken back, without one', spotTakenBack, { spot: true }, undefined],
  ['no capacity, noticed late', noCapacity, {}, false],
  ['no capacity, noticed late, on Spot', noCapacity, spot, true],
  ['no network interface', noInterface, {}, false],
  // A build that ended by itself is never run again.
  ['a build that failed', { stopCode: 'EssentialContainerExited', exitCode: 1 }, spot, undefined],
  ['a build that succeeded', { stopCode: 'EssentialContainerExited', exitCode: 0 }, spot, undefined],
  ['out of memory', { stopCode: 'EssentialContainerExited', exitCode: 137 }, spot, undefined],
  [
    'a build that prints the same reason',
    { ...noCapacity, stopCode: 'EssentialContainerExited', exitCode: 1 },
    spot,
    undefined,
  ],
  ['someone stopped it', { stopCode: 'UserInitiated', exitCode: 143 }, spot, undefined],
  ['its time was up', { ...spotTakenBack, timedOut: true }, spot, undefined],
  // These would fail again.
  ['a missing image', { stoppedReason: 'CannotPullContainerError: not found' }, {}, undefined],
  ['a missing secret', { stoppedReason: 'ResourceInitializationError: x' }, {}, undefined],
] as const) {
  test(`${name}: ${expected === undefined ? 'not run again' : `run again ${expected ? 'on Spot' : 'on demand'}`}`, () => {
    expect(planRerun({ ...ENDED, ...end }, { ...request, ...asked })?.request.spot).toBe(expected);
  });
}
