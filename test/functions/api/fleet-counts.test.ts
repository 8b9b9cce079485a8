import { describe, expect, it, vi } from 'vitest';
import { failedOnOne } from '../../support/api-fleets.ts';

type Fleet = Awaited<ReturnType<typeof failedOnOne>>;

describe('the targets of a fleet that GetDeployment counts', () => {
  /** How often they were read, and how often at once at most. */
  function readsOf({ one, deploymentId }: Fleet) {
    const reads = { count: 0, most: 0 };
    let now = 0;
    const { query } = one.ports.rows;
    vi.spyOn(one.ports.rows, 'query').mockImplementation(async (given) => {
      if (given.pk !== `targets#${deploymentId}`) return query(given);
      now += 1;
      reads.count += 1;
      reads.most = Math.max(reads.most, now);
      const page = await query(given);
      await Promise.resolve();
      now -= 1;
      return page;
    });
    return reads;
  }

  it('are read no more once it has ended: their end is on record', async () => {
    const fleet = await failedOnOne();
    await fleet.one.ok('StopDeployment', { deploymentId: fleet.deploymentId });
    const overview = { succeeded: 0, failed: 1, skipped: 2 };
    await fleet.finish({ overview, firstFailure: 'i-1 failed first: it is full' });
    const reads = readsOf(fleet);
    const { deploymentId } = fleet;
    const { deploymentInfo } = await fleet.one.ok('GetDeployment', { deploymentId });
    expect(deploymentInfo).toMatchObject({
      deploymentOverview: { Succeeded: 0, Failed: 1, Skipped: 2 },
      deploymentStatusMessages: ['i-1 failed first: it is full'],
    });
    expect(reads.count).toBe(0);
  });

  it('are never those of a hundred deployments at once', async () => {
    const fleet = await failedOnOne();
    const reads = readsOf(fleet);
    const deploymentIds = Array.from({ length: 100 }, () => fleet.deploymentId);
    const { deploymentsInfo } = await fleet.one.ok('BatchGetDeployments', { deploymentIds });
    expect(deploymentsInfo).toHaveLength(100);
    expect(reads.count).toBe(100);
    expect(reads.most).toBeLessThanOrEqual(10);
  });
});
