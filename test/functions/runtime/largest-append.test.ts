import { describe, expect, it } from 'vitest';
import type { DeploymentCommand } from '../../../core/deployments/deployment-commands.ts';
import { deployment } from '../../../core/deployments/deployment.ts';
import { revision } from '../../../core/registry/revision.ts';
import type { Append } from '../../../functions/adapters/event-store.ts';
import { MOST_ACTIONS, headsOf } from '../../../functions/adapters/event-store.ts';
import { aggregates } from '../../../functions/runtime/aggregates.ts';
import type { StreamCommand } from '../../../functions/runtime/execute.ts';
import { commandTo, execute } from '../../../functions/runtime/execute.ts';
import { APPLICATION, createDeployment, registered } from '../../support/a-deployment.ts';
import { simulatedSystem } from '../../support/simulated-time.ts';
import { FLEET_ID, PREVIOUS, fleetOrder } from '../../core/deployments/given-fleet.ts';
import { admit, beginWave, finish, hosts } from '../../core/deployments/given-fleet-deployment.ts';

const alarmNames = Array.from({ length: 50 }, (_, index) => `alarm-${index}-${'x'.repeat(240)}`);
const location = { revisionType: 'AppSpecContent', sha256: 'a'.repeat(64) } as const;
const policy = { timeScale: 1, bakeGraceSeconds: 60 };

describe('the largest appends', () => {
  it('a creation with 50 alarms and a new revision, and its end with a rollback, fit into one transaction', async () => {
    const { appends, append } = await watched();
    const stream = 'deployment#d-000000001';
    const executionArn = 'arn:first';
    await append(
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
    );
    await append(
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
    );
    await append(
      commandTo(deployment, stream, {
        type: 'FinishDeployment',
        data: { executionArn, rollbackDeploymentId: 'd-000000002' },
      }),
    );
    expect(appends.map((one) => headsOf(one).length)).toEqual([2, 1, 3]);
    // Room for what is to come: triggers and hooks write no rows of their own.
    expect(Math.max(...appends.map(actionsOf))).toBeLessThanOrEqual(80);
  });

  it.each([
    ['success', { overview: { succeeded: 1000, failed: 0, skipped: 0 } }, 'DeploymentSucceeded', 1],
    ['rollback', { error: 'Its execution died' }, 'DeploymentFailed', 2],
  ])('so do those of a fleet of 1,000 with 50 alarms, its %s included', async (_, end, type, streams) => {
    const { appends, append } = await watched();
    const ask = (command: DeploymentCommand) =>
      append(commandTo(deployment, `deployment#${FLEET_ID}`, command));
    const alarms = { names: alarmNames, ignorePollAlarmFailure: false };
    await ask({ type: 'CreateDeployment', data: fleetOrder({ previous: PREVIOUS }, { alarms }) });
    await ask(admit(hosts(1000)));
    await ask(beginWave(hosts(1000).map(() => 'unclaimed')));
    await ask(finish(end));
    const last = appends.at(-1);
    expect(last?.events.map((event) => event.type)).toContain(type);
    expect(last && headsOf(last)).toHaveLength(streams);
    expect(Math.max(...appends.map(actionsOf))).toBeLessThanOrEqual(MOST_ACTIONS);
  });
});

/** A store with an application and a group that keeps what was appended to it. */
async function watched() {
  const system = simulatedSystem({ now: () => 1, sleep: async () => {} });
  const { store } = await registered(system);
  const appends: Append[] = [];
  const keeping = {
    load: store.load,
    append: (append: Append) => {
      appends.push(append);
      return store.append(append);
    },
  };
  const ports = { store: keeping, system, aggregates };
  return {
    appends,
    append: async (...commands: readonly StreamCommand[]): Promise<void> => {
      await execute(ports, { id: system.uuid(), at: 1, actor: { type: 'user', id: 'ada' } }, commands);
    },
  };
}

function actionsOf(append: Append): number {
  return append.events.length + headsOf(append).length + append.rows.length + append.required.length;
}
