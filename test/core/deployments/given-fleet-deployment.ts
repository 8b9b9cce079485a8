import type {
  CreateServerDeployment,
  DeploymentCommand,
  FinishDeployment,
} from '../../../core/deployments/deployment-commands.ts';
import type { DeploymentEvent } from '../../../core/deployments/deployment-events.ts';
import type { FleetTarget, WaveStarted } from '../../../core/deployments/fleet-events.ts';
import type { TargetResult } from '../../../core/deployments/fleet-plan.ts';
import { deadlines } from '../../../core/deployments/deadlines.ts';
import { GIVEN_AT, ISSUED_AT } from '../given.ts';
import { FLEET_EXECUTION, fleetOrder, hostAt } from './given-fleet.ts';

const HOUR = 60 * 60 * 1000;
const executionArn = FLEET_EXECUTION;
const policy = { timeScale: 1, bakeGraceSeconds: 60 };

export const ROLLBACK_ID = 'd-BACK00001';

// What may be asked.
export const admit = (targets: readonly FleetTarget[], more: object = {}): DeploymentCommand => ({
  type: 'AdmitFleet',
  data: { executionArn, targets, ...more },
});
export const beginWave = (results: readonly TargetResult[], timeScale = 1): DeploymentCommand => ({
  type: 'BeginWave',
  data: { executionArn, results, policy: { ...policy, timeScale } },
});
export const finish = (rest: Partial<FinishDeployment> = {}): DeploymentCommand => ({
  type: 'FinishDeployment',
  data: { executionArn, rollbackDeploymentId: ROLLBACK_ID, ...rest },
});

// What may have happened.
export const created = (
  fleet: Parameters<typeof fleetOrder>[0] = {},
  rest: Partial<Omit<CreateServerDeployment, 'fleet'>> = {},
): DeploymentEvent => ({
  type: 'DeploymentCreated',
  data: {
    ...fleetOrder(fleet, rest),
    deadline: deadlines.task(GIVEN_AT),
    ceiling: GIVEN_AT + 12 * HOUR,
  },
});
export const hosts = (count: number, zone?: string, from = 0): readonly FleetTarget[] =>
  Array.from({ length: count }, (_, index) => hostAt(from + index, zone));
export const admitted = (targets: number, minimumHealthy: number, more: object = {}): DeploymentEvent => ({
  type: 'FleetAdmitted',
  data: { executionArn, targets, minimumHealthy, ...more, deadline: deadlines.task(ISSUED_AT) },
});
export const resolved = (targets: readonly FleetTarget[]): DeploymentEvent => ({
  type: 'TargetsResolved',
  data: { targets },
});
export const wave = (
  data: Partial<WaveStarted> & Pick<WaveStarted, 'positions' | 'slots'>,
): DeploymentEvent => ({
  type: 'WaveStarted',
  data: { wave: 1, ...data, deadline: deadlines.wave(ISSUED_AT) },
});
export const failure = (
  code: 'HEALTH_CONSTRAINTS' | 'HEALTH_CONSTRAINTS_INVALID' | 'INTERNAL_ERROR',
  message: string,
): DeploymentEvent => ({
  type: 'FailureFound',
  data: { code, message, deadline: deadlines.task(ISSUED_AT) },
});
export const stopped: DeploymentEvent = {
  type: 'StopRequested',
  data: { deadline: deadlines.task(ISSUED_AT) },
};
