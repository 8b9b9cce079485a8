import type { FleetEnd } from '../deployments/deployment-events.ts';
import { withUnreached } from '../deployments/agent-issue.ts';
import type { EpochMilliseconds } from '../decider.ts';
import { type FirstFew, nobody, withName } from '../first-few.ts';
import type { DeploymentRow } from './deployment-rows.ts';
import { failureWords, silenceOf } from './fleet-messages.ts';
import type { TargetRow } from './target-rows.ts';

/** What is told of the targets that were claimed; it does not grow with the fleet. */
export interface FleetSummary {
  readonly counts: Readonly<Record<TargetRow['status'], number>>;
  /** For people: in a fleet what fails later is often the same. */
  readonly firstFailure?: { readonly at: EpochMilliseconds; readonly words: string };
  /** Of each that is silent, a sentence that says since when. */
  readonly silent: FirstFew;
  readonly unreached: FirstFew;
}

export const noTargets: FleetSummary = {
  counts: { InProgress: 0, Succeeded: 0, Failed: 0, Skipped: 0 },
  silent: nobody,
  unreached: nobody,
};

/** Targets are added in any order, each once. */
export function withTarget(summary: FleetSummary, target: TargetRow): FleetSummary {
  const { counts, silent, unreached } = summary;
  const { status, claimed } = target;
  const silence = silenceOf(target);
  return {
    ...summary,
    ...firstOf(summary, target),
    counts: { ...counts, [status]: counts[status] + 1 },
    silent:
      silence === undefined
        ? silent
        : withName(silent, `The agent on ${claimed.targetId} is silent: ${silence}`),
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
    ...noTargets,
    counts: {
      InProgress: 0,
      Succeeded: overview.succeeded,
      Failed: overview.failed,
      Skipped: overview.skipped,
    },
    ...(words === undefined ? {} : { firstFailure: { at, words } }),
  };
}
