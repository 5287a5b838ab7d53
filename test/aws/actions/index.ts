import type { Action } from '../action.ts';
import { ecs } from './ecs/index.ts';
import { GetLogEvents } from './logs/GetLogEvents.ts';
import { GetParameter } from './ssm/GetParameter.ts';
import { GetParameters } from './ssm/GetParameters.ts';
import { GetParametersByPath } from './ssm/GetParametersByPath.ts';

/** Every action that the double plays, S3's aside (actions/s3). */
export const ACTIONS: readonly Action[] = [...ecs, GetLogEvents, GetParameter, GetParameters, GetParametersByPath];
