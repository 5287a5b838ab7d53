import { CreateServiceLinkedRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { awsErrorFacts } from '../../aws/errors.ts';
import type { OperatorWorld } from '../operator-world.ts';

/** The role with which ECS attaches network interfaces. An account that never used ECS lacks it. */
export const ECS_LINKED_ROLE = 'AWSServiceRoleForECS';

/**
 * Makes the service-linked role of ECS where the account has none. ECS would make it together with the first cluster, and
 * yet refuse that cluster, since AWS needs a while until it sees a new role. Where these credentials may not read or make
 * the role, that is left to ECS.
 */
export async function ensureEcsLinkedRole({ aws, signal, report }: OperatorWorld): Promise<void> {
  const options = { abortSignal: signal };
  try {
    await aws.iam.send(new GetRoleCommand({ RoleName: ECS_LINKED_ROLE }), options);
  } catch (error) {
    signal.throwIfAborted();
    if (!/^NoSuchEntity/.test(awsErrorFacts(error).code)) return;
    try {
      await aws.iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com' }), options);
      const text = `${ECS_LINKED_ROLE} is made, by which ECS attaches tasks to networks: this account has not used ECS yet`;
      report({ type: 'infra-step', topic: 'role', text });
    } catch {
      signal.throwIfAborted();
    }
  }
}
