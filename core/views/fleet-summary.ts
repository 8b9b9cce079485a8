import type { FleetEnd } from '../deployments/deployment-events.ts';
import type { Unreached } from '../deployments/agent-issue.ts';
import { nobodyUnreached, withUnreached } from '../deployments/agent-issue.ts';
import type { EpochMilliseconds } from '../decider.ts';
import type { DeploymentRow } from './deployment-rows.ts';
import { failureWords, silenceOf } from './fleet-messages.ts';
import type { TargetRow } from './target-rows.ts';

/** What is told of the targets that were claimed; it does not grow with the fleet. */
export interface FleetSummary {
  readonly counts: Readonly<Record<TargetRow['status'], number>>;
  /** For people: in a fleet what fails later is often the same. */
  readonly firstFailure?: { readonly at: EpochMilliseconds; readonly words: string };
  readonly silent: number;
  /** Of the first few that are silent, which and since when. */
  readonly silentHosts: readonly string[];
  readonly unreached: Unreached;
}

export const noTargets: FleetSummary = {
  counts: { InProgress: 0, Succeeded: 0, Failed: 0, Skipped: 0 },
  silent: 0,
  silentHosts: [],
  unreached: nobodyUnreached,
};

/** Of a fleet in which all hosts are silent the first few tell enough. */
const MOST_NAMED = 5;

/** Targets are added in any order, each once. */
export function withTarget(summary: FleetSummary, target: TargetRow): FleetSummary {
  const { counts, silent, silentHosts, unreached } = summary;
  const { status, claimed } = target;
  const silence = silenceOf(target);
  const isNamed = silence !== undefined && silent < MOST_NAMED;
  return {
    ...summary,
    ...firstOf(summary, target),
    counts: { ...counts, [status]: counts[status] + 1 },
    silent: silent + (silence === undefined ? 0 : 1),
    silentHosts: isNamed
      ? [...silentHosts, `The agent on ${claimed.targetId} is silent: ${silence}`]
      : silentHosts,
    unreached: withUnreached(unreached, target),
  };
}

function firstOf({ firstFailure: before }: FleetSummary, target: TargetRow): Partial<FleetSummary> {
  const { status, endedAt: at = 0, claimed } = target;
  if (status !== 'Failed' || (before !== undefined && before.at <= at)) return {};
  return { firstFailure: { at, words: `${claimed.targetId} failed first: ${failureWords(target)}` } };
}

export function summaryOf(claimed: readonly TargetRow[]): FleetSummary {
  return claimed.reduce(withTarget, noTargets);
}

/** What a deployment to so many targets records of them when it ends; what never began counts as skipped. */
export function fleetEnd(targets: number, { counts, firstFailure }: FleetSummary) {
  const { Succeeded: succeeded, Failed: failed } = counts;
  return {
    overview: { succeeded, failed, skipped: targets - succeeded - failed },
    ...(firstFailure === undefined ? {} : { firstFailure: firstFailure.words }),
  } satisfies FleetEnd;
}

/** What was recorded at the end; undefined before, and where it has to be read off the targets still. */
export function recordedSummary({ end, completedAt: at = 0 }: DeploymentRow): FleetSummary | undefined {
  if (end?.overview === undefined) return undefined;
  const { overview, firstFailure: words } = end;
  if (overview.failed > 0 && words === undefined) return undefined;
  return {
    counts: {
      InProgress: 0,
      Succeeded: overview.succeeded,
      Failed: overview.failed,
      Skipped: overview.skipped,
    },
    ...(words === undefined ? {} : { firstFailure: { at, words } }),
    silent: 0,
    silentHosts: [],
    unreached: nobodyUnreached,
  };
}
