import { primaryDeployment } from '../primary-deployment.ts';
import type { Definition } from '../revision.ts';
import type { WantedService } from '../wanted-service.ts';
import { createRequest } from './create-request.ts';
import type { ObservedService, ServiceStep } from './deployment-plan.ts';
import { settingsBefore, updateRequest } from './update-request.ts';

/**
 * Decides what is done to the service so that it runs `definition`.
 * @param revision ARN of the revision with this content; undefined where it is still to be registered
 */
export function planService(
  wanted: WantedService,
  observed: ObservedService,
  definition: Definition,
  revision: string | undefined,
): { step: ServiceStep; changes: readonly string[] } {
  const { service } = observed;
  if (service === undefined) {
    return { step: { kind: 'create', request: createRequest(wanted, definition) }, changes: ['service created'] };
  }
  const { rolloutState } = primaryDeployment(service) ?? {};
  const keepsRevision = revision !== undefined && revision === observed.present?.arn;
  const { request, changes, deploys } = updateRequest(wanted, service, definition, {
    force: keepsRevision && (wanted.movingTag || rolloutState === 'FAILED'),
    restart: observed.everSucceeded === false,
  });
  if (keepsRevision && changes.length === 0) {
    return { step: { kind: rolloutState === 'IN_PROGRESS' ? 'follow' : 'none', present: service }, changes };
  }
  const starts = deploys || !keepsRevision;
  const [from, to] = [service.desiredCount ?? 0, request.desiredCount ?? 0];
  const scaleUp = !starts && to > from ? { from, to } : undefined;
  const before = settingsBefore(request, service);
  const step = { kind: 'update', request, deploys: starts } as const;
  return { step: { ...step, ...(scaleUp ? { scaleUp } : {}), ...(before ? { before } : {}) }, changes };
}
