import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../core/deployments/instance-health.ts';
import { hostHealth, startOrder } from '../../../core/deployments/instance-health.ts';

const attempt = (revisionId: string, status: Attempt['status'] = 'Succeeded'): Attempt => ({
  deploymentId: `d-${revisionId}`,
  revisionId,
  status,
});

describe('the health of a host', () => {
  const one = attempt('one');

  it('that was never deployed to is unhealthy, and its revision unknown', () => {
    expect(hostHealth({}, 'one')).toEqual({ revision: 'Unknown', instance: 'Unhealthy' });
  });

  it('is current where it has the last good revision of the group', () => {
    expect(hostHealth({ last: one, installed: one }, 'one')).toEqual({
      revision: 'Current',
      instance: 'Healthy',
    });
  });

  it('is old where it was left out when the group got another', () => {
    expect(hostHealth({ last: one, installed: one }, 'two').revision).toBe('Old');
  });

  it('is in doubt where it was current and the next good deployment failed on it', () => {
    const history = { last: attempt('two', 'Failed'), installed: one, missed: { before: 'one' } };
    expect(hostHealth(history, 'two')).toEqual({ revision: 'Unknown', instance: 'Unhealthy' });
  });

  it('stays old where it was already when a good deployment failed on it', () => {
    const history = { last: attempt('three', 'Failed'), installed: one, missed: { before: 'two' } };
    expect(hostHealth(history, 'three').revision).toBe('Old');
  });

  it('keeps its revision through a deployment that failed as a whole, and takes its health from it', () => {
    expect(hostHealth({ last: attempt('bad', 'Failed'), installed: one }, 'one')).toEqual({
      revision: 'Current',
      instance: 'Unhealthy',
    });
    expect(hostHealth({ last: attempt('bad'), installed: one }, 'one').instance).toBe('Healthy');
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
