import type { EpochMilliseconds, RowKey } from '../decider.ts';

/**
 * Every key of the read model, in one place. A list is a partition; where it is newest first, its sort key is the
 * inverted time followed by the id. Nothing here is read through a secondary index, so reads after writes are right.
 */
export const rowKeys = {
  /** Reserves the name, and is the list of applications. */
  applicationName: (name: string): RowKey => ({ pk: 'applications', sk: name }),
  application: (applicationId: string): RowKey => ({ pk: `application#${applicationId}`, sk: 'application' }),
  /** Apart from its own row, which every call reads: tags may be some 100 KB. */
  tagsOfApplication: (applicationId: string): RowKey => ({ pk: `application#${applicationId}`, sk: 'tags' }),

  /** Reserves the name within the application, and is the list of its groups. */
  deploymentGroupName: (applicationId: string, name: string): RowKey => ({
    pk: `deployment-groups#${applicationId}`,
    sk: name,
  }),
  deploymentGroup: (deploymentGroupId: string): RowKey => ({
    pk: `deployment-group#${deploymentGroupId}`,
    sk: 'deployment-group',
  }),
  tagsOfDeploymentGroup: (deploymentGroupId: string): RowKey => ({
    pk: `deployment-group#${deploymentGroupId}`,
    sk: 'tags',
  }),
  /** Stays when a group is deleted: its deployments remain readable for 90 days. */
  deletedDeploymentGroup: (deploymentGroupId: string): RowKey => ({
    pk: `deleted-deployment-group#${deploymentGroupId}`,
    sk: 'deployment-group',
  }),
  /** The groups that name a configuration: what is in use cannot be deleted. */
  groupOfDeploymentConfig: (deploymentConfigName: string, deploymentGroupId: string): RowKey => ({
    pk: `groups-of-config#${deploymentConfigName}`,
    sk: deploymentGroupId,
  }),

  /** Reserves the name, is the list of custom configurations and holds the whole configuration. */
  deploymentConfig: (name: string): RowKey => ({ pk: 'deployment-configs', sk: name }),

  /** Reserves the name, is the list of on-premises instances, and holds all of each: deregistered ones stay in it. */
  onPremisesInstance: (name: string): RowKey => ({ pk: 'on-premises-instances', sk: name }),
  /** While an instance is registered: nobody else goes by its IAM user or session. */
  onPremisesIamArn: (iamArn: string): RowKey => ({ pk: 'on-premises-iam-arns', sk: iamArn }),

  revision: (revisionId: string): RowKey => ({ pk: `revision#${revisionId}`, sk: 'revision' }),
  revisionOfApplication: (applicationId: string, at: EpochMilliseconds, revisionId: string): RowKey => ({
    pk: `revisions#${applicationId}`,
    sk: `${padded(at)}#${revisionId}`,
  }),
  /** Each deployment is one use of its revision: oldest first, and together all of an application. */
  revisionUse: (
    applicationId: string,
    revisionId: string,
    createdAt: EpochMilliseconds,
    deploymentId: string,
  ): RowKey => ({
    pk: `revision-uses#${applicationId}`,
    sk: `${revisionId}#${padded(createdAt)}#${deploymentId}`,
  }),

  deployment: (deploymentId: string): RowKey => ({ pk: `deployment#${deploymentId}`, sk: 'deployment' }),
  deploymentInList: (createdAt: EpochMilliseconds, deploymentId: string): RowKey => ({
    pk: 'deployments',
    sk: newestFirst(createdAt, deploymentId),
  }),
  deploymentOfGroup: (groupId: string, createdAt: EpochMilliseconds, deploymentId: string): RowKey => ({
    pk: `deployments-of-group#${groupId}`,
    sk: newestFirst(createdAt, deploymentId),
  }),
  deploymentOfGroupByStatus: (
    groupId: string,
    status: string,
    createdAt: EpochMilliseconds,
    deploymentId: string,
  ): RowKey => ({
    pk: `deployments-of-group#${groupId}#${status}`,
    sk: newestFirst(createdAt, deploymentId),
  }),
  /** At most one active deployment per group: exclusive. */
  activeDeployment: (groupId: string): RowKey => ({
    pk: `active-deployment#${groupId}`,
    sk: 'active-deployment',
  }),
  /** Of an execution that was started by hand: which deployment it created. */
  execution: (executionArn: string): RowKey => ({ pk: `execution#${executionArn}`, sk: 'execution' }),
  /** Of a validation function that was called: which deployment its answer is for. */
  hook: (hookExecutionIdHash: string): RowKey => ({ pk: `hook#${hookExecutionIdHash}`, sk: 'hook' }),
  lastGood: (
    groupId: string,
    functionName: string,
    functionAlias: string,
    createdAt: EpochMilliseconds,
    deploymentId: string,
  ): RowKey => ({
    pk: `last-good#${groupId}#${functionName}#${functionAlias}`,
    sk: newestFirst(createdAt, deploymentId),
  }),
  deploymentWatchingAlarm: (alarmName: string, deploymentId: string): RowKey => ({
    pk: `alarm#${alarmName}`,
    sk: deploymentId,
  }),
  /** Every active deployment has exactly one: the sweep is a query up to now, and their count is the account's. */
  due: (deadline: EpochMilliseconds, deploymentId: string): RowKey => ({
    pk: 'due',
    sk: `${padded(deadline)}#${deploymentId}`,
  }),

  /** The list of the Server deployments that are active. */
  activeFleet: (deploymentId: string): RowKey => ({ pk: 'active-fleets', sk: deploymentId }),
  /** There as long as a Server deployment may begin something: what a claim has to know of it. */
  openDeployment: (deploymentId: string): RowKey => ({
    pk: `deployment#${deploymentId}`,
    sk: 'open',
  }),
  /** There as long as it may begin something on the targets of this chunk: their claims and commands require it. */
  openChunk: (deploymentId: string, chunk: number): RowKey => ({
    pk: `deployment#${deploymentId}`,
    sk: `open#${String(chunk).padStart(3, '0')}`,
  }),
  /** The targets of a deployment in the order of start, a chunk of them in each row (`chunkOf`). */
  fleetChunk: (deploymentId: string, chunk: number): RowKey => ({
    pk: `fleet#${deploymentId}`,
    sk: String(chunk).padStart(3, '0'),
  }),
  /** The targets that were claimed, by their ids. */
  target: (deploymentId: string, targetId: string): RowKey => ({
    pk: `targets#${deploymentId}`,
    sk: targetId,
  }),
  /** All that concerns a host lies in one partition, so that its agent's poll is one query. */
  deploymentOnHost: (hostIdentifier: string, deploymentId: string): RowKey => ({
    pk: `host#${hostIdentifier}`,
    sk: `in-flight#${deploymentId}`,
  }),
  /** The host's queue, oldest first. */
  hostCommand: (
    hostIdentifier: string,
    queuedAt: EpochMilliseconds,
    hostCommandIdentifier: string,
  ): RowKey => ({
    pk: `host#${hostIdentifier}`,
    sk: `queued#${padded(queuedAt)}#${hostCommandIdentifier}`,
  }),
  /** What the deployments of a group did to a host, newest first. A machine that gets an old name has an ARN of its own. */
  attemptOnHost: (
    groupId: string,
    targetArn: string,
    claimedAt: EpochMilliseconds,
    deploymentId: string,
  ): RowKey => ({
    pk: `attempts-on-host#${groupId}#${targetArn}`,
    sk: newestFirst(claimedAt, deploymentId),
  }),
  /** Every target that is at work, as `due` is for deployments; apart from them, since those are counted. */
  dueHost: (deadline: EpochMilliseconds, stream: string): RowKey => ({
    pk: 'due-hosts',
    sk: `${padded(deadline)}#${stream}`,
  }),

  /** Written with each append: a log whose tail was cut no longer agrees with it. */
  head: (stream: string): RowKey => ({ pk: `head#${stream}`, sk: 'head' }),
} as const;

/** A key as one text, for sets and maps and to sort by. */
export function keyText({ pk, sk }: RowKey): string {
  return `${pk}\n${sk}`;
}

/** 13 digits hold every time until the year 2286. */
export const LAST_TIME = 9_999_999_999_999;

export function padded(at: EpochMilliseconds): string {
  return String(at).padStart(13, '0');
}

export function newestFirst(at: EpochMilliseconds, id: string): string {
  return `${padded(LAST_TIME - at)}#${id}`;
}
