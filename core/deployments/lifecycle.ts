/** The lifecycle events of a Lambda deployment, in their order (CodeDeploy's own words). */
export const LAMBDA_LIFECYCLE = ['BeforeAllowTraffic', 'AllowTraffic', 'AfterAllowTraffic'] as const;

/** Of an instance that is deployed to in place, without a load balancer. Each is one command to the agent on it. */
export const IN_PLACE_LIFECYCLE = [
  'ApplicationStop',
  'DownloadBundle',
  'BeforeInstall',
  'Install',
  'AfterInstall',
  'ApplicationStart',
  'ValidateService',
] as const;

export type LifecycleEventName = (typeof LAMBDA_LIFECYCLE)[number];

export type HostEventName = (typeof IN_PLACE_LIFECYCLE)[number];

export type LifecycleEventStatus = 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'Skipped' | 'Unknown';

/** The events of a Lambda deployment that a validation function may be given for. */
export type HookedEventName = 'BeforeAllowTraffic' | 'AfterAllowTraffic';

export interface Diagnostics {
  readonly errorCode:
    | 'Success'
    | 'ScriptMissing'
    | 'ScriptNotExecutable'
    | 'ScriptTimedOut'
    | 'ScriptFailed'
    | 'UnknownError';
  readonly scriptName: string;
  readonly message: string;
  readonly logTail: string;
}

export const SUCCESS: Diagnostics = {
  errorCode: 'Success',
  scriptName: '',
  message: 'Succeeded',
  logTail: '',
};
