import { expect, test } from 'vitest';
import {
  checkMembers,
  checkServerDeployment,
  fileExistsBehaviorOf,
} from '../../../functions/runtime/create-deployment-members.ts';
import { refusalOf } from '../../core/given.ts';

const fleet = { autoScalingGroups: ['fleet'] };

test('a deployment to servers may go on after a failed stop, leave out who is up to date, and say what of files in its way', () => {
  for (const fileExistsBehavior of ['DISALLOW', 'OVERWRITE', 'RETAIN']) {
    const input = {
      fileExistsBehavior,
      ignoreApplicationStopFailures: true,
      updateOutdatedInstancesOnly: true,
    };
    expect(() => checkMembers(input)).not.toThrow();
    expect(fileExistsBehaviorOf(input)).toBe(fileExistsBehavior);
    expect(() => checkServerDeployment(input, {})).not.toThrow();
  }
});

test('files in the way of a deployment stop it where nothing is said', () => {
  expect(fileExistsBehaviorOf({})).toBe('DISALLOW');
  const refusal = refusalOf(() => checkMembers({ fileExistsBehavior: 'overwrite' }));
  expect(refusal.code).toBe('InvalidFileExistsBehaviorException');
});

test('a deployment in place chooses no instances of its own; what is empty chooses none', () => {
  const filter = [{ Key: 'stage' }];
  for (const targetInstances of [
    { tagFilters: filter },
    { ec2TagSet: { ec2TagSetList: [filter] } },
    { autoScalingGroups: ['fleet'] },
  ]) {
    const refusal = refusalOf(() => checkServerDeployment({ targetInstances }, fleet));
    expect(refusal.code).toBe('InvalidTargetInstancesException');
  }
  const empty = { tagFilters: [], ec2TagSet: { ec2TagSetList: [] }, autoScalingGroups: [] };
  for (const targetInstances of [{}, empty]) {
    expect(() => checkServerDeployment({ targetInstances }, {})).not.toThrow();
  }
});

test('processes are those of the Auto Scaling groups of the deployment group, and are not suspended yet', () => {
  const suspended =
    (processes: readonly string[], membership = {}) =>
    () =>
      checkServerDeployment(
        { ec2DeploymentOptions: { autoScalingGroupProcessesToSuspend: [...processes] } },
        membership,
      );
  expect(suspended([])).not.toThrow();
  expect(refusalOf(suspended(['AZRebalance'], fleet)).code).toBe('InvalidInputException');
  for (const refused of [suspended(['AZRebalance']), suspended(['Launch'], fleet)]) {
    expect(refusalOf(refused).code).toBe('InvalidAutoScalingGroupProcessToSuspendException');
  }
});

test('a restart is not built, on any platform', () => {
  expect(refusalOf(() => checkMembers({ deploymentMode: 'RESTART' })).message).toContain('not built yet');
});
