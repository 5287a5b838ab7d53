/** A template, as far as the double reads it. It does not read CloudFormation's own tags. */
export interface ReadTemplate {
  body: string;
  parameters: Record<string, { default: string | undefined }>;
  resources: Record<string, { type: string; policy: string; text: string; properties: Record<string, unknown> }>;
}

export interface StackEvent {
  eventId: string;
  id: string;
  physicalId: string;
  type: string;
  status: string;
  reason: string | undefined;
  at: number;
  token: string | undefined;
}

/** A future entry of a stack's history. */
export type Planned = Pick<StackEvent, 'id' | 'type' | 'status' | 'reason' | 'at'> & Partial<Pick<StackEvent, 'token'>>;

export interface Stack {
  name: string;
  id: string;
  status: string;
  reason: string | undefined;
  template: ReadTemplate;
  parameters: Record<string, string>;
  tags: Record<string, string>;
  createdAt: number;
  updatedAt: number | undefined;
  deletedAt: number | undefined;
  /** The newest last. */
  events: StackEvent[];
  /** The events that are still to come, the earliest first. */
  ahead: Planned[];
}

export interface ResourceChange {
  action: 'Add' | 'Modify' | 'Remove' | 'Import';
  id: string;
  type: string;
  replacement: 'True' | 'False' | 'Conditional' | undefined;
  policy: string | undefined;
  properties: string[];
}

export interface ChangeSet {
  id: string;
  name: string;
  stack: Stack;
  type: string;
  /** Defined when the change set is ready. */
  status: 'CREATE_COMPLETE' | 'FAILED';
  /** When the change set is ready, in milliseconds since the epoch. */
  readyAt: number;
  reason: string | undefined;
  execution: string;
  changes: ResourceChange[];
  template: ReadTemplate;
  parameters: Record<string, string>;
}
