import type { AutoRollbackEvent } from '../core/registry/auto-rollback-configuration.ts';
import type { RevisionLocation } from '../core/registry/revision.ts';

/** What the commands ask of the CodeDeploy API. Every refusal is a CannotDo that says why. */
export interface DeploymentsApi {
  /** Gives the words of the answer. `autoRollbackEnabled` absent: as the deployment is configured. */
  readonly stop: (wish: {
    readonly deploymentId: string;
    readonly autoRollbackEnabled?: boolean;
  }) => Promise<string>;
  /** Gives the id of the new deployment. */
  readonly create: (wanted: NewDeployment) => Promise<string>;
  /** For the Lambda platform. */
  readonly createGroup: (wanted: NewGroup) => Promise<void>;
  /** One that is not there is deleted already. */
  readonly deleteGroup: (names: Pick<NewGroup, 'applicationName' | 'deploymentGroupName'>) => Promise<void>;
}

export interface NewGroup {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  readonly deploymentConfigName: string;
  readonly serviceRoleArn: string;
  readonly alarmNames: readonly string[];
  readonly rollbackOn: readonly AutoRollbackEvent[];
}

export interface NewDeployment {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  readonly deploymentConfigName: string;
  readonly description: string;
  readonly revision:
    | { readonly type: 'registered'; readonly location: RevisionLocation }
    /** The text of an AppSpec. */
    | { readonly type: 'written'; readonly content: string };
  /** False: neither alarms nor a rollback, whatever the group says. */
  readonly guarded: boolean;
}
