import { expect, test } from 'vitest';
import type { AssumedRole } from '../../../functions/adapters/service-roles.ts';
import { STACK_ROLE, TRUSTED, api } from '../../support/api.ts';
import { STYLE, aDeployment, aGroup, appSpec, both, inline } from '../../support/api-groups.ts';

const OWN_ROLE = 'arn:aws:iam::123456789012:role/teams/quotes-deployer';
const denied: AssumedRole = { status: 'denied', message: 'not authorized to perform sts:AssumeRole' };
const assumed: AssumedRole = {
  status: 'assumed',
  credentials: { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' },
};
const create = { ...both, serviceRoleArn: OWN_ROLE, deploymentStyle: STYLE };

async function anApplication(applicationName = 'quotes') {
  const one = api();
  await one.ok('CreateApplication', { applicationName, computePlatform: 'Lambda' });
  return one;
}

test('a role whose tag names the application, among others or all of them, is taken', async () => {
  for (const value of ['quotes', 'prices quotes', 'prices,quotes', ' a ,  quotes ', ':all', '*']) {
    const { ok, roles } = await anApplication();
    roles.set(OWN_ROLE, { tags: { 'sluice:applications': value } });
    await ok('CreateDeploymentGroup', create);
  }
});

test('a role that the stack did not make and that no tag gives away is refused with the command to run', async () => {
  const { refused, roles } = await anApplication();
  const tagged = (value: string | undefined) => ({
    tags: value === undefined ? {} : { 'sluice:applications': value },
  });
  for (const value of [undefined, '', 'prices', 'quotes2', 'Quotes']) {
    roles.set(OWN_ROLE, tagged(value));
    await refused('CreateDeploymentGroup', create, 'InvalidRoleException', 'aws iam tag-role');
  }
  roles.set(OWN_ROLE, tagged('prices'));
  await refused(
    'CreateDeploymentGroup',
    create,
    'InvalidRoleException',
    `aws iam tag-role --role-name quotes-deployer --tags '[{"Key":"sluice:applications","Value":"prices quotes"}]'`,
  );
});

test('an application whose name no tag can hold is told to allow all', async () => {
  const { refused, roles } = await anApplication('a,b');
  roles.set(OWN_ROLE, {});
  const group = { ...create, applicationName: 'a,b' };
  await refused('CreateDeploymentGroup', group, 'InvalidRoleException', '"Value":":all"');
});

test('a role that does not exist is refused, and says so', async () => {
  const { refused, roles } = await anApplication();
  await refused('CreateDeploymentGroup', create, 'InvalidRoleException', 'no such role');
  roles.delete(STACK_ROLE);
  const stack = { ...create, serviceRoleArn: STACK_ROLE };
  await refused('CreateDeploymentGroup', stack, 'InvalidRoleException', 'no such role');
});

test('a role that does not trust Sluice is refused with the statement to paste', async () => {
  const { refused, roles } = await anApplication();
  roles.set(STACK_ROLE, { assume: () => denied });
  const stack = { ...create, serviceRoleArn: STACK_ROLE };
  const message = await refused('CreateDeploymentGroup', stack, 'InvalidRoleException', 'trust policy');
  expect(JSON.parse(message.slice(message.indexOf('{')))).toEqual({
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::123456789012:root' },
    Action: 'sts:AssumeRole',
    Condition: { ArnLike: { 'aws:PrincipalArn': TRUSTED } },
  });
});

test('a fresh role is tried for ten seconds, because IAM needs some to know it', async () => {
  const one = await anApplication();
  const startedAt = one.clock.now;
  one.roles.set(STACK_ROLE, { assume: () => (one.clock.now < startedAt + 7000 ? denied : assumed) });
  await one.ok('CreateDeploymentGroup', { ...create, serviceRoleArn: STACK_ROLE });
  expect(one.clock.now - startedAt).toBe(7000);

  one.roles.set(STACK_ROLE, { assume: () => denied });
  const second = { ...create, serviceRoleArn: STACK_ROLE, deploymentGroupName: 'second' };
  const triedAt = one.clock.now;
  await one.refused('CreateDeploymentGroup', second, 'InvalidRoleException');
  expect(one.clock.now - triedAt).toBe(10_000);
});

test('while IAM takes no more requests the caller is throttled and may try again', async () => {
  const { refused, roles } = await anApplication();
  roles.set(STACK_ROLE, { assume: () => ({ status: 'throttled', message: 'Rate exceeded' }) });
  const stack = { ...create, serviceRoleArn: STACK_ROLE };
  await refused('CreateDeploymentGroup', stack, 'ThrottlingException', 'Rate exceeded');
});

test('an update looks at a role that it is given, and at none else', async () => {
  const one = api();
  await aGroup(one);
  one.roles.clear();
  const update = { applicationName: 'quotes', currentDeploymentGroupName: 'live' };
  await one.ok('UpdateDeploymentGroup', { ...update, outdatedInstancesStrategy: 'IGNORE' });
  await one.refused('UpdateDeploymentGroup', { ...update, serviceRoleArn: OWN_ROLE }, 'InvalidRoleException');
});

test('a role that has become unusable refuses the next deployment, and lets it through once it is mended', async () => {
  const one = await anApplication();
  const tags = { 'sluice:applications': 'quotes' };
  one.roles.set(OWN_ROLE, { tags });
  await one.ok('CreateDeploymentGroup', create);
  const body = { ...both, revision: inline(appSpec()) };
  one.roles.set(OWN_ROLE, {});
  await one.refused('CreateDeployment', body, 'InvalidRoleException', 'tag-role');
  one.roles.set(OWN_ROLE, { tags, assume: () => denied });
  await one.refused('CreateDeployment', body, 'InvalidRoleException', 'trust policy');
  one.roles.set(OWN_ROLE, { tags });
  await aDeployment(one);
});
