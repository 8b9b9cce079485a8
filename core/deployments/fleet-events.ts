import type { EpochMilliseconds } from '../decider.ts';
import type { MinimumHealthyHosts } from '../registry/minimum-healthy-hosts.ts';
import type { RevisionReference } from './deployment-events.ts';

/** One way in which instances are chosen by their tags: any of the filters, or at least one of each group of them. */
export type TagFilter = {
  readonly Key?: string;
  readonly Value?: string;
  readonly Type?: string;
};

/** Which instances belong to a deployment group. */
export type FleetMembership = {
  readonly ec2TagFilters?: readonly TagFilter[];
  readonly ec2TagSet?: readonly (readonly TagFilter[])[];
  readonly onPremisesInstanceTagFilters?: readonly TagFilter[];
  readonly onPremisesTagSet?: readonly (readonly TagFilter[])[];
  readonly autoScalingGroups?: readonly string[];
};

export type FileExistsBehavior = 'DISALLOW' | 'OVERWRITE' | 'RETAIN';

/** How a deployment goes through its fleet, as it was when the deployment was accepted. */
export interface FleetOrder {
  readonly membership: FleetMembership;
  readonly minimumHealthyHosts: MinimumHealthyHosts;
  readonly zonal?: {
    readonly minimumHealthyHostsPerZone?: MinimumHealthyHosts;
    readonly monitorDurationInSeconds?: number;
    readonly firstZoneMonitorDurationInSeconds?: number;
  };
  readonly ignoreApplicationStopFailures: boolean;
  readonly updateOutdatedInstancesOnly: boolean;
  readonly fileExistsBehavior: FileExistsBehavior;
  /** The last deployment of the group that succeeded: what a rollback brings back, and how it was installed. */
  readonly previous?: {
    readonly deploymentId: string;
    readonly revision: RevisionReference;
    readonly fileExistsBehavior: FileExistsBehavior;
  };
}

/** One instance that a deployment goes to. Its position is its place in the order of start. */
export interface FleetTarget {
  /** `i-…`, or the name of an on-premises instance. */
  readonly targetId: string;
  readonly targetArn: string;
  /** What the agent on it calls itself by. */
  readonly hostIdentifier: string;
  /** Of an EC2 instance. */
  readonly zone?: string;
}

/** The fleet is fixed from here on; its targets follow in the same append. */
export interface FleetAdmitted {
  readonly executionArn: string;
  readonly targets: number;
  readonly minimumHealthy: number;
  /** Instances that have the group's revision already and are left out, as asked. */
  readonly upToDate?: number;
  /** Checks that the service role does not permit, in words. */
  readonly skippedChecks?: readonly string[];
  /** Of the revision, where it is known to be another than appspec.yml. */
  readonly appSpecFilename?: string;
  readonly deadline: EpochMilliseconds;
}

/** A part of the fleet, in the order of start; several follow each other where the fleet is large. */
export interface TargetsResolved {
  readonly targets: readonly FleetTarget[];
}

/** Positions from the first of a pair up to, and without, the second. */
export type Positions = readonly (readonly [from: number, to: number])[];

/** Slots begin to claim these targets. Each slot holds one target at a time, and is given up when that fails. */
export interface WaveStarted {
  /** 1, 2, 3 … */
  readonly wave: number;
  readonly positions: Positions;
  readonly slots: number;
  readonly zone?: string;
  /** How many waves in a row before this one claimed nothing; absent where the last one did. */
  readonly idleWaves?: number;
  readonly deadline: EpochMilliseconds;
}

/** The sweep looked: hosts are still at work. */
export interface WaveContinued {
  readonly wave: number;
  readonly deadline: EpochMilliseconds;
}

/** A zone is done, and is watched before the next one. */
export interface ZoneMonitoringStarted {
  readonly zone: string;
  readonly endsAt: EpochMilliseconds;
  readonly deadline: EpochMilliseconds;
}
