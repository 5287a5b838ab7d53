import type { DeploymentPlan } from '../../service/plan/deployment-plan.ts';
import type { Baseline } from '../../service/read-service.ts';
import type { WantedService } from '../../service/wanted-service.ts';
import type { RolloutTimeout } from './rollout-timeout.ts';

/** The revision to which a rollback goes. */
export interface RollbackTarget {
  /** `shop:41` */
  revision: string;
  /** Why this one, for people. */
  why: string;
}

/** A deployment that was planned and found possible; nothing is changed yet. */
export interface PreparedDeployment {
  wanted: WantedService;
  plan: DeploymentPlan;
  before: Baseline;
  timeout: RolloutTimeout;
  /** Of a rollback only; `from` is the revision that the service is set to now. */
  rollback?: RollbackTarget & { from: string };
}
