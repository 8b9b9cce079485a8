import type { EpochMilliseconds, Row } from '../decider.ts';
import type { ExistingDeployment } from '../deployments/deployment-state.ts';
import { hasEnded } from '../deployments/deployment-status.ts';
import { rowKeys } from './row-keys.ts';

/** What the row of a deployment holds: its state, plainly. Views make answers of it. */
export type DeploymentRow = ExistingDeployment;

/** What the group's lock holds. */
export type ActiveDeploymentRow = { readonly deploymentId: string; readonly deploymentGroupName: string };

/** All that one deployment contributes to the read model. */
export function deploymentRows(state: ExistingDeployment): readonly Row[] {
  const { created, createdAt, status } = state;
  const { deploymentId, deploymentGroupId } = created;
  const entry = { deploymentId, deploymentGroupId, status, createdAt };
  const row = { ...state } as unknown as Row['data'];
  return [
    { ...rowKeys.deployment(deploymentId), data: row },
    { ...rowKeys.deploymentInList(createdAt, deploymentId), data: entry },
    useOfRevision(state),
    { ...rowKeys.deploymentOfGroup(deploymentGroupId, createdAt, deploymentId), data: entry },
    { ...rowKeys.deploymentOfGroupByStatus(deploymentGroupId, status, createdAt, deploymentId), data: entry },
    ...launchRow(state),
    ...hookRows(state),
    ...(hasEnded(status) ? rowsOnceGood(state) : rowsWhileActive(state)),
  ];
}

/** An answer is looked up by its id before anything else is read for it: anybody may send one. */
function hookRows({ hooks = [], created: { deploymentId } }: ExistingDeployment): readonly Row[] {
  return hooks.map(({ hookExecutionIdHash }) => ({
    ...rowKeys.hook(hookExecutionIdHash),
    data: { deploymentId },
  }));
}

/** Tasks of a workflow that was started by hand find their deployment by it. */
function launchRow({ created: { executionArn, deploymentId } }: ExistingDeployment): readonly Row[] {
  return executionArn === undefined ? [] : [{ ...rowKeys.execution(executionArn), data: { deploymentId } }];
}

/** The data of `rowKeys.revisionUse`. */
export type RevisionUseRow = {
  readonly revisionId: string;
  readonly deploymentId: string;
  readonly deploymentGroupId: string;
  readonly createdAt: EpochMilliseconds;
};

/** From when to when a revision was used, and which groups want it now, is read off these. */
function useOfRevision({ created, createdAt }: ExistingDeployment): Row {
  const { applicationId, deploymentId, deploymentGroupId } = created;
  const { revisionId } = created.revision;
  const data: RevisionUseRow = { revisionId, deploymentId, deploymentGroupId, createdAt };
  return { ...rowKeys.revisionUse(applicationId, revisionId, createdAt, deploymentId), data };
}

function rowsWhileActive({ created, ending, deadline }: ExistingDeployment): readonly Row[] {
  const { deploymentId, deploymentGroupId, deploymentGroupName, alarms, ceiling } = created;
  // Once the end is on its way the ceiling has had its say, and only what is being done for it is looked after.
  const due = ending === undefined ? Math.min(deadline, ceiling) : deadline;
  return [
    { ...rowKeys.activeDeployment(deploymentGroupId), data: { deploymentId, deploymentGroupName } },
    { ...rowKeys.due(due, deploymentId), data: { deploymentId } },
    ...alarms.names.map((name) => ({
      ...rowKeys.deploymentWatchingAlarm(name, deploymentId),
      data: { deploymentId },
    })),
  ];
}

/** The good revisions of a function and alias, newest first: where a rollback finds what to bring back. */
function rowsOnceGood({ admission, created, createdAt, status }: ExistingDeployment): readonly Row[] {
  if (status !== 'Succeeded' || admission === undefined) return [];
  const { functionName, functionAlias, targetVersion } = admission.target;
  const { deploymentId, deploymentGroupId, revision } = created;
  return [
    {
      ...rowKeys.lastGood(deploymentGroupId, functionName, functionAlias, createdAt, deploymentId),
      data: {
        deploymentId,
        targetVersion,
        revision: { revisionId: revision.revisionId, location: { ...revision.location } },
      },
    },
  ];
}
