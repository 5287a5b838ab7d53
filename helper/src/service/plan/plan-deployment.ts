import { sameDefinition } from '../../ecs/canonical-definition.ts';
import { describeDefinitionChanges } from '../definition/describe-changes.ts';
import {
  type BaseDefinition,
  containersLeftBehind,
  mergeDefinition,
  newDefinition,
} from '../definition/merge-definition.ts';
import { withoutCopyTag } from '../definition/revision-copies.ts';
import type { Definition } from '../revision.ts';
import type { WantedService } from '../wanted-service.ts';
import { undoesFailures } from './circuit-breaker.ts';
import type { DeploymentPlan, ObservedService } from './deployment-plan.ts';
import { planService } from './plan-service.ts';
import { wantedServiceComplaints } from './wanted-complaints.ts';

/**
 * Decides what a deployment does. Pure.
 * @param file the task definition that was read from the workspace, where one was named
 */
export function planDeployment(
  wanted: WantedService,
  observed: ObservedService,
  file: Definition | undefined,
): DeploymentPlan {
  const base = chooseBase(wanted, observed, file);
  const definition = withoutCopyTag(mergeDefinition(base, wanted));
  const same = [observed.present, observed.latest].find(
    (revision) => revision?.active && sameDefinition(revision.definition, definition),
  );
  const changes = observed.present ? describeDefinitionChanges(observed.present.definition, definition) : ['new'];
  if (observed.present?.active === false && changes.length === 0) changes.push('the present revision was deregistered');
  const service = planService(wanted, observed, definition, same?.arn);
  return {
    register: same === undefined ? definition : undefined,
    taskDefinition: same?.arn,
    definition,
    previous: observed.present?.arn,
    fallback: observed.lastUp,
    first: observed.service === undefined || observed.everSucceeded === false,
    undoesFailures: undoesFailures(wanted, observed.service),
    service: service.step,
    changes,
    serviceChanges: service.changes,
    presentDefinition: observed.present?.definition,
    leftBehind: containersLeftBehind(base.definition, wanted),
    complaints: wantedServiceComplaints(wanted, observed.service, base, definition),
  };
}

/** The file where one was named, else the service's present definition, else a new one. */
function chooseBase(wanted: WantedService, observed: ObservedService, file: Definition | undefined): BaseDefinition {
  if (file !== undefined) return { origin: 'file', definition: withPresentImages(file, wanted, observed) };
  if (observed.present !== undefined) return { origin: 'service', definition: observed.present.definition };
  return { origin: 'new', definition: newDefinition(wanted) };
}

/** The images in a file are placeholders: without the parameter image, the service keeps the images that it has. */
function withPresentImages(file: Definition, wanted: WantedService, observed: ObservedService): Definition {
  const present = observed.present?.definition.containerDefinitions ?? [];
  if (wanted.image !== undefined || present.length === 0) return file;
  return {
    ...file,
    containerDefinitions: (file.containerDefinitions ?? []).map((container) => {
      const image = present.find((other) => other.name === container.name)?.image;
      return image === undefined ? container : { ...container, image };
    }),
  };
}
