import { describe, expect, it } from 'vitest';
import { deploymentStream } from '../../../core/deployments/deployment-stream.ts';
import { onExecutionStatus } from '../../../functions/reactions/on-execution-status.ts';
import { executionOf, fleets } from '../../support/a-fleet.ts';

const ID = 'd-FLEET0001';

async function fleet(...targetIds: readonly string[]) {
  const all = await fleets();
  await all.deployed(ID, targetIds);
  const react = onExecutionStatus(all.ports);
  const died = (executionArn: string, input: object) =>
    react({ detail: { executionArn, status: 'ABORTED', input: JSON.stringify(input) } });
  const last = async () => (await all.types(deploymentStream(ID))).at(-1);
  return { ...all, died, last };
}

describe('the reaction to the executions of a fleet that died', () => {
  it('repairs the deployment with another execution of its own machine', async () => {
    const { died, deployment } = await fleet('i-1');
    await died(executionOf(ID), { deploymentId: ID });
    const { executionArn, ending } = await deployment(ID);
    expect(executionArn).toBe(`${executionOf(ID)}-2`);
    expect(ending?.code).toBe('INTERNAL_ERROR');
  });

  it('fails only the target that an execution led', async () => {
    const { died, last, begun, target, told } = await fleet('i-1', 'i-2');
    await begun(ID, 'i-1', 'ApplicationStop');
    await died('arn:instance', { deploymentId: ID, targetId: 'i-1', executionArn: executionOf(ID) });
    expect((await target(ID, 'i-1')).end?.message).toBe(
      'The execution arn:instance ended ABORTED before the lifecycle of i-1 did.',
    );
    expect((await target(ID, 'i-2')).status).toBe('InProgress');
    expect(told.map(({ how, what }) => [how, what])).toEqual([['fail', 'i-1 ApplicationStop']]);
    expect(await last()).toBe('WaveStarted');
  });

  it('leaves alone a target that has ended before its execution did', async () => {
    const { died, decide, target } = await fleet('i-1');
    await decide(ID, 'i-1', { type: 'LoseTarget', data: { reason: 'Its agent is gone.' } });
    await died('arn:instance', { deploymentId: ID, targetId: 'i-1', executionArn: executionOf(ID) });
    expect((await target(ID, 'i-1')).end?.message).toBe('Its agent is gone.');
  });

  it('neither repairs the deployment nor fails a target for a slot', async () => {
    const { died, last, target } = await fleet('i-1');
    const claim = { targetId: '', count: 0 };
    await died('arn:slot', { deploymentId: ID, executionArn: executionOf(ID), wave: 1, slot: 0, claim });
    expect(await last()).toBe('WaveStarted');
    expect((await target(ID, 'i-1')).status).toBe('InProgress');
  });
});
