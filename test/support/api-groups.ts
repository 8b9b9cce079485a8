import { expect } from 'vitest';
import type { DeploymentCommand } from '../../core/deployments/deployment-commands.ts';
import type { DeploymentRow } from '../../core/views/deployment-rows.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { Api } from './api.ts';
import { EXECUTION, STACK_ROLE } from './api.ts';

export const STYLE = { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' } as const;
export const CANARY = 'CodeDeployDefault.LambdaCanary10Percent5Minutes';

export const both = { applicationName: 'quotes', deploymentGroupName: 'live' } as const;

/** An application `quotes` with a group `live`, or as told. */
export async function aGroup(api: Api, settings: object = {}, names: Partial<typeof both> | object = {}) {
  const { applicationName, deploymentGroupName } = { ...both, ...names };
  const known = await api.call('GetApplication', { applicationName });
  if (known.status !== 200) await api.ok('CreateApplication', { applicationName, computePlatform: 'Lambda' });
  const { deploymentGroupId } = await api.ok('CreateDeploymentGroup', {
    applicationName,
    deploymentGroupName,
    serviceRoleArn: STACK_ROLE,
    deploymentStyle: STYLE,
    ...settings,
  });
  return String(deploymentGroupId);
}

export function appSpec(targetVersion = '8', functionName = 'price-quote'): string {
  const Properties = { Name: functionName, Alias: 'live', CurrentVersion: '7', TargetVersion: targetVersion };
  return JSON.stringify({
    version: 0.0,
    Resources: [{ quote: { Type: 'AWS::Lambda::Function', Properties } }],
  });
}

export function inline(content: string) {
  return { revisionType: 'AppSpecContent', appSpecContent: { content } } as const;
}

/** A deployment of the group `live`, accepted. */
export async function aDeployment(api: Api, changes: object = {}): Promise<string> {
  // No two deployments of one group are created in the same millisecond.
  api.clock.now += 1000;
  const { deploymentId } = await api.ok('CreateDeployment', {
    ...both,
    revision: inline(appSpec()),
    ...changes,
  });
  expect(deploymentId).toMatch(/^d-[A-Z0-9]{9}$/);
  return String(deploymentId);
}

const policy = { timeScale: 1, bakeGraceSeconds: 60 };
const executionArn = EXECUTION;

export const target = {
  functionName: 'price-quote',
  functionAlias: 'live',
  currentVersion: '7',
  targetVersion: '8',
};

/** What the tasks of a workflow decide, in their order. */
export const task = {
  admit: (): DeploymentCommand => ({
    type: 'AdmitDeployment',
    data: {
      executionArn,
      target,
      versionBefore: '7',
      alreadyInPlace: false,
      writtenRevision: {
        revisionId: 'a'.repeat(64),
        location: { revisionType: 'AppSpecContent', sha256: 'b'.repeat(64) },
        content: appSpec('7'),
      },
      policy,
    },
  }),
  begin: (): DeploymentCommand => ({ type: 'BeginShift', data: { executionArn } }),
  shift: (step: number, enteredAt: number): DeploymentCommand => ({
    type: 'CompleteShift',
    data: { executionArn, step, change: 'moved', enteredAt, policy },
  }),
  fail: (code: 'INVALID_REVISION' | 'INVALID_LAMBDA_CONFIGURATION', message: string): DeploymentCommand => ({
    type: 'FailDeployment',
    data: { executionArn, code, message },
  }),
  beginRestore: (): DeploymentCommand => ({ type: 'BeginRestore', data: { executionArn } }),
  restore: (): DeploymentCommand => ({
    type: 'CompleteRestore',
    data: {
      executionArn,
      outcome: 'restored',
      weight: 0,
      message: 'The alias live is whole on version 7 again.',
    },
  }),
  finish: (rollbackDeploymentId = 'd-ROLLBACK1'): DeploymentCommand => ({
    type: 'FinishDeployment',
    data: { executionArn, rollbackDeploymentId },
  }),
} as const;

/** Runs a deployment to its good end, whatever its plan; time passes by its bakes. */
export async function succeed(api: Api, deploymentId: string): Promise<void> {
  await api.decide(deploymentId, task.admit());
  for (let step = 1; ; step += 1) {
    await api.decide(deploymentId, task.begin(), task.shift(step, api.clock.now));
    const row = await api.store.rows.get(rowKeys.deployment(deploymentId));
    const { traffic } = JSON.parse(row?.data ?? '') as DeploymentRow;
    expect(traffic.step).toBe(step);
    if (traffic.weight === 100) break;
    api.clock.now = traffic.bakeEndsAt ?? api.clock.now;
  }
  await api.decide(deploymentId, task.finish());
}
