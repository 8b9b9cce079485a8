import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../core/deployments/instance-health.ts';
import { hostHealth, startOrder } from '../../../core/deployments/instance-health.ts';

const attempt = (
  deploymentId: string,
  status: Attempt['status'],
  revisionId = `r-${deploymentId}`,
): Attempt => ({
  deploymentId,
  revisionId,
  status,
});
const good = (...deploymentIds: readonly string[]) => ({
  deploymentIds,
  revisionId: deploymentIds[0] === undefined ? undefined : `r-${deploymentIds[0]}`,
});

describe('the health of a host', () => {
  it('that was never deployed to is unhealthy, and its revision unknown', () => {
    expect(hostHealth([], good('one'))).toEqual({ revision: 'Unknown', instance: 'Unhealthy' });
  });

  it('is current where the last good deployment of the group succeeded on it', () => {
    expect(hostHealth([attempt('one', 'Succeeded')], good('one'))).toEqual({
      revision: 'Current',
      instance: 'Healthy',
    });
  });

  it('is old where it was left out of the last good deployment', () => {
    expect(hostHealth([attempt('one', 'Succeeded')], good('two', 'one')).revision).toBe('Old');
  });

  it('is in doubt where it was current and the next good deployment failed on it', () => {
    const attempts = [attempt('two', 'Failed'), attempt('one', 'Succeeded')];
    expect(hostHealth(attempts, good('two', 'one'))).toEqual({ revision: 'Unknown', instance: 'Unhealthy' });
  });

  it('keeps its revision through a deployment that failed as a whole, and takes its health from it', () => {
    const attempts = [attempt('bad', 'Failed'), attempt('one', 'Succeeded')];
    expect(hostHealth(attempts, good('one'))).toEqual({ revision: 'Current', instance: 'Unhealthy' });
    const lucky = [attempt('bad', 'Succeeded'), attempt('one', 'Succeeded')];
    expect(hostHealth(lucky, good('one'))).toEqual({ revision: 'Current', instance: 'Healthy' });
  });
});

describe('the order of start', () => {
  const host = (
    targetId: string,
    revision: 'Current' | 'Old' | 'Unknown',
    instance: 'Healthy' | 'Unhealthy',
    zone = 'a',
  ) => ({
    targetId,
    zone,
    health: { revision, instance },
  });
  const hosts = [
    host('e', 'Current', 'Healthy'),
    host('d', 'Old', 'Healthy', 'b'),
    host('c', 'Unknown', 'Healthy'),
    host('b', 'Current', 'Unhealthy', 'b'),
    host('a', 'Current', 'Healthy', 'b'),
  ];

  it('begins with the unhealthy, then what nobody knows, then what is old', () => {
    expect(startOrder(hosts, false).map(({ targetId }) => targetId)).toEqual(['b', 'c', 'd', 'a', 'e']);
  });

  it('goes through one zone after the other where zones matter', () => {
    expect(startOrder(hosts, true).map(({ targetId }) => targetId)).toEqual(['c', 'e', 'b', 'd', 'a']);
  });
});
