import { shortId } from '../../aws/arn.ts';
import type { WantedService } from '../wanted-service.ts';
import type { DeploymentPlan } from './deployment-plan.ts';

/**
 * Describes a plan for people: what a deployment would do, line by line.
 * @param changesWithValues the revision's changes with their values; without it, the plan's own list is shown
 */
export function planLines(
  wanted: WantedService,
  plan: DeploymentPlan,
  rollback?: { from: string; revision: string; why: string },
  changesWithValues?: readonly string[],
): string[] {
  const { register, taskDefinition, service } = plan;
  const lines = [
    `deploy ${wanted.image ?? 'the present image'} -> service ${wanted.service} in cluster ${wanted.cluster}`,
  ];
  if (rollback) lines.push(`  roll back: ${rollback.from} -> ${rollback.revision} (${rollback.why})`);
  if (register) lines.push(`  register a revision of ${register.family}`);
  else lines.push(`  ${shortId(taskDefinition ?? '?')} has this content already: nothing to register`);
  switch (service.kind) {
    case 'create':
      lines.push(`  create the service ${wanted.service}: ${JSON.stringify(service.request)}`);
      break;
    case 'update':
      lines.push(`  update the service ${wanted.service}${service.deploys ? '' : ', without a new deployment'}`);
      break;
    case 'follow':
      lines.push('  watch the rollout of this revision that is under way');
      break;
    case 'none':
      lines.push('  leave the service as it is: nothing changes');
  }
  const changes = changesWithValues?.length ? changesWithValues : plan.changes;
  return [...lines, ...[...changes, ...plan.serviceChanges].map((change) => `    ${change}`)];
}
