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
  have: ObservedService,
  file: Definition | undefined,
): DeploymentPlan {
  const base = chooseBase(wanted, have, file);
  const definition = withoutCopyTag(mergeDefinition(base, wanted));
  const same = [have.present, have.latest].find(
    (revision) => revision?.active && sameDefinition(revision.definition, definition),
  );
  const changes = have.present ? describeDefinitionChanges(have.present.definition, definition) : ['new'];
  if (have.present?.active === false && changes.length === 0) changes.push('the present revision was deregistered');
  const service = planService(wanted, have, definition, same?.arn);
  return {
    register: same === undefined ? definition : undefined,
    taskDefinition: same?.arn,
    definition,
    previous: have.present?.arn,
    goesBackTo: have.good,
    first: have.service === undefined || have.everSucceeded === false,
    goesBack: undoesFailures(wanted, have.service),
    service: service.step,
    changes,
    serviceChanges: service.changes,
    was: have.present?.definition,
    leftBehind: containersLeftBehind(base.definition, wanted),
    complaints: wantedServiceComplaints(wanted, have.service, base, definition),
  };
}

/** The file where one was named, else the service's present definition, else a new one. */
function chooseBase(wanted: WantedService, have: ObservedService, file: Definition | undefined): BaseDefinition {
  if (file !== undefined) return { origin: 'file', definition: withPresentImages(file, wanted, have) };
  if (have.present !== undefined) return { origin: 'service', definition: have.present.definition };
  return { origin: 'new', definition: newDefinition(wanted) };
}

/** The images in a file are placeholders: without the parameter image, the service keeps the images that it has. */
function withPresentImages(file: Definition, wanted: WantedService, have: ObservedService): Definition {
  const present = have.present?.definition.containerDefinitions ?? [];
  if (wanted.image !== undefined || present.length === 0) return file;
  return {
    ...file,
    containerDefinitions: (file.containerDefinitions ?? []).map((container) => {
      const image = present.find((other) => other.name === container.name)?.image;
      return image === undefined ? container : { ...container, image };
    }),
  };
}
