import { describe, expect, it } from 'vitest';
import { deployment } from '../../../core/deployments/deployment.ts';
import { revision } from '../../../core/registry/revision.ts';
import type { Append } from '../../../functions/adapters/event-store.ts';
import { MOST_ACTIONS, headsOf } from '../../../functions/adapters/event-store.ts';
import { aggregates } from '../../../functions/runtime/aggregates.ts';
import { commandTo, execute } from '../../../functions/runtime/execute.ts';
import { APPLICATION, createDeployment, registered } from '../../support/a-deployment.ts';
import { simulatedSystem } from '../../support/simulated-time.ts';

const alarmNames = Array.from({ length: 50 }, (_, index) => `alarm-${index}-${'x'.repeat(240)}`);
const location = { revisionType: 'AppSpecContent', sha256: 'a'.repeat(64) } as const;
const policy = { timeScale: 1, bakeGraceSeconds: 60 };

describe('the largest appends', () => {
  it('a creation with 50 alarms and a new revision, and its end with a rollback, fit into one transaction', async () => {
    const system = simulatedSystem({ now: () => 1, sleep: async () => {} });
    const { store } = await registered(system);
    const appends: Append[] = [];
    const watched = {
      load: store.load,
      append: (append: Append) => {
        appends.push(append);
        return store.append(append);
      },
    };
    const ports = { store: watched, system, aggregates };
    const issued = () => ({ id: system.uuid(), at: 1, actor: { type: 'user', id: 'ada' } }) as const;
    const stream = 'deployment#d-000000001';
    const executionArn = 'arn:first';
    await execute(ports, issued(), [
      commandTo(revision, 'revision#revision-1', {
        type: 'RegisterRevision',
        data: {
          applicationId: APPLICATION.applicationId,
          revisionId: 'revision-1',
          location,
          content: 'x'.repeat(102_400),
        },
      }),
      commandTo(deployment, stream, createDeployment('d-000000001', alarmNames)),
    ]);
    await execute(ports, issued(), [
      commandTo(deployment, stream, {
        type: 'AdmitDeployment',
        data: {
          executionArn,
          target: { functionName: 'f', functionAlias: 'live', currentVersion: '1', targetVersion: '2' },
          versionBefore: '1',
          alreadyInPlace: false,
          writtenRevision: { revisionId: 'revision-2', location, content: '{}' },
          policy,
        },
      }),
    ]);
    await execute(ports, issued(), [
      commandTo(deployment, stream, {
        type: 'FinishDeployment',
        data: { executionArn, rollbackDeploymentId: 'd-000000002' },
      }),
    ]);
    const streams = appends.map((append) => headsOf(append).length);
    expect(streams).toEqual([2, 1, 3]);
    const actions = appends.map(
      (append) => append.events.length + headsOf(append).length + append.rows.length + append.required.length,
    );
    expect(Math.max(...actions)).toBeLessThanOrEqual(MOST_ACTIONS);
    // Room for what is to come: triggers and hooks write no rows of their own.
    expect(Math.max(...actions)).toBeLessThanOrEqual(80);
  });
});
