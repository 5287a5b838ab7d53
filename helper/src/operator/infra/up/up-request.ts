import type { TemplateTexts } from '../../operator-world.ts';
import type { MainStack } from '../../stack/stacks.ts';
import type { TemplateValue, TemplateValues } from '../../stack/template-values.ts';
import type { Template } from '../../stack/templates.ts';
import type { Inventory } from '../inventory.ts';
import type { UpTarget } from './plan-up.ts';
import type { UpParameters } from './up-parameters.ts';

/** All that one `up` or `plan` goes by: what the operator wants, and what is there. */
export interface UpRequest {
  readonly params: UpParameters;
  readonly prefix: string;
  readonly target: UpTarget;
  readonly present: Inventory;
  readonly templates: Readonly<Record<MainStack, Template>>;
  /** Values for the templates' parameters: what the operator gives, and what this program found out for him. */
  readonly values: Readonly<Record<MainStack, TemplateValues>>;
  /** Folder of the controller's image. */
  readonly controller: string;
}

/** The files of this program that an `up` needs. */
export interface ProgramFiles {
  readonly templates: TemplateTexts;
  /** Folder of the controller's image. */
  readonly controller: string;
}

/** Values that this program found out for the operator, and what is wrong with those that he gave. */
export interface FoundValues {
  readonly values: readonly (readonly [string, TemplateValue])[];
  readonly complaints: readonly string[];
}

/** Nothing to add to the values of the operator, and nothing wrong with them. */
export const NOTHING_FOUND: FoundValues = { values: [], complaints: [] };
