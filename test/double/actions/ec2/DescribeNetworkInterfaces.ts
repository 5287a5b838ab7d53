import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';
import { interfaceId, privateAddress, publicAddress, stepAt } from '../../state/task-view.ts';

/** The interfaces of tasks that have not stopped. They have public addresses unless `ec2.publicAddresses` is false. */
export const DescribeNetworkInterfaces = action('ec2', 'DescribeNetworkInterfaces', (input, { ecs, ec2, place }) => {
  const ids = input.texts('NetworkInterfaceId');
  const now = place.clock.now();
  const living = ecs.tasks.all.filter((task) => {
    const status = stepAt(task, now)?.lastStatus;
    return status !== undefined && status !== 'STOPPED' && status !== 'PROVISIONING';
  });
  const known = living.filter((task) => ids.length === 0 || ids.includes(interfaceId(task)));
  const missing = ids.filter((id) => !known.some((task) => interfaceId(task) === id));
  if (missing.length > 0) {
    throw new AwsError(
      'InvalidNetworkInterfaceID.NotFound',
      `The networkInterface ID '${missing.join(', ')}' does not exist`,
    );
  }
  return {
    networkInterfaceSet: known.map((task) => ({
      networkInterfaceId: interfaceId(task),
      privateIpAddress: privateAddress(task),
      status: 'in-use',
      ...(ec2.publicAddresses ? { association: { publicIp: publicAddress(task), publicDnsName: '' } } : {}),
    })),
  };
});
