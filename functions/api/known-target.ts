import { Refusal } from '../../core/refusal.ts';
import { quoted } from '../../core/registry/names.ts';
import type { DeploymentRow } from '../../core/views/deployment-rows.ts';
import type { FunctionHome } from '../../core/views/lambda-target-info.ts';
import type { TargetStatus } from '../../core/views/lambda-target-status.ts';
import { TARGET_STATUSES } from '../../core/views/lambda-target-status.ts';
import type { ApiPorts } from './operation.ts';
import { PAGE_SIZE } from './page.ts';
import { lambdaTarget, listedLambdaTargets } from './lambda-target.ts';
import { listedServerTargets, serverTarget } from './server-target.ts';

/** Room for the ids of every platform: stack ids and instance ARNs are the longest. */
export const TARGET_ID = /^[\x21-\x7e]{1,1024}$/;

/** A target as the operations show it, whatever the platform. */
export interface ShownTarget {
  readonly targetId: string;
  /** What the operations that came before targets call it. */
  readonly instanceId: string;
  readonly status: TargetStatus;
  /** The member `deploymentTarget`. */
  readonly info: object;
  /** The member `instanceSummary`. */
  readonly summary: object;
}

/** A list may be long: what a target is in full is read for one at a time. */
export type ListedTarget = Pick<ShownTarget, 'targetId' | 'instanceId' | 'status'>;

/** The target that goes by this id in a deployment; undefined where none does. */
export function targetNamed(
  { rows }: ApiPorts,
  row: DeploymentRow,
  id: string,
  home: FunctionHome,
): Promise<ShownTarget | undefined> {
  return row.created.computePlatform === 'Lambda'
    ? lambdaTarget(rows, row, id, home)
    : serverTarget(rows, row, id);
}

/** In the order of start. */
function targetsOf({ rows }: ApiPorts, row: DeploymentRow): Promise<readonly ListedTarget[]> {
  return row.created.computePlatform === 'Lambda'
    ? listedLambdaTargets(rows, row)
    : listedServerTargets(rows, row);
}

export interface TargetFilter {
  readonly statuses: readonly string[];
  readonly labels: readonly string[];
}

/**
 * One page behind the target with that id, and the id that the next one begins behind. Without values a filter filters
 * nothing. Throws DeploymentNotStartedException and InvalidDeploymentInstanceTypeException.
 */
export async function pageOfTargets(
  ports: ApiPorts,
  row: DeploymentRow,
  { statuses, labels }: TargetFilter,
  after: string | undefined,
): Promise<{ readonly targets: readonly ListedTarget[]; readonly position: string | undefined }> {
  refuseUnstarted(row);
  if (labels.length > 0 && row.created.computePlatform === 'Server') throw unlabelled(row);
  // A function has no label.
  const all = labels.length > 0 ? [] : await targetsOf(ports, row);
  const from = after === undefined ? 0 : all.findIndex(({ targetId }) => targetId === after) + 1;
  const wanted = all.slice(from).filter(({ status }) => statuses.length === 0 || statuses.includes(status));
  const targets = wanted.slice(0, PAGE_SIZE);
  return { targets, position: wanted.length > PAGE_SIZE ? targets.at(-1)?.targetId : undefined };
}

function unlabelled({ created }: DeploymentRow): Refusal {
  return new Refusal(
    'InvalidDeploymentInstanceTypeException',
    `The deployment ${created.deploymentId} goes to its instances in place: none of them is Blue or Green.`,
  );
}

/** Throws InvalidInstanceStatusException: the word is that of the older operations, and means targets as well. */
export function checkStatuses(values: readonly string[]): void {
  checkValues(values, TARGET_STATUSES, 'InvalidInstanceStatusException');
}

/** Throws InvalidInstanceTypeException. */
export function checkLabels(values: readonly string[]): void {
  checkValues(values, ['Blue', 'Green'], 'InvalidInstanceTypeException');
}

function checkValues(values: readonly string[], valid: readonly string[], code: string): void {
  const wrong = values.find((value) => !valid.includes(value));
  if (wrong !== undefined) {
    throw new Refusal(code, `The filter value ${quoted(wrong)} is unknown. Valid are ${valid.join(', ')}.`);
  }
}

/** Throws DeploymentNotStartedException. */
export function refuseUnstarted({ status, created }: DeploymentRow): void {
  if (status === 'Created' || status === 'Queued') {
    throw new Refusal(
      'DeploymentNotStartedException',
      `The deployment ${created.deploymentId} has not started: its targets are not known yet.`,
    );
  }
}
