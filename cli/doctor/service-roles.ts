import { roleName } from '../../core/registry/names.ts';
import { lendsTo } from '../../core/registry/service-role-tag.ts';
import { forbidsSomebody, missingTrust } from '../../core/registry/service-role-trust.ts';
import { trustedPrincipalsOf } from '../account/installed-stack.ts';
import { counted } from '../lines.ts';
import type { Check, Examination, Group } from './examination.ts';
import { type Found, green, red, yellow } from './finding.ts';
import { groupWords, namedBy } from './groups.ts';

/** Every role that a group names trusts Sluice, and lends itself to the group's application. */
export const serviceRolesCheck: Check = {
  name: 'service roles',
  action: 'iam:GetRole',
  look: async (examination) => {
    const users = namedBy(await examination.groups(), ({ serviceRoleArn }) => [serviceRoleArn]);
    const found: Found[] = [];
    for (const [roleArn, groups] of users) found.push(...(await wrongWith(roleArn, groups, examination)));
    if (found.length > 0) return found;
    if (users.size === 0) return [green('no group names one yet')];
    return [green(`${counted(users.size, 'role')} trusted and lent to the groups that name them`)];
  },
};

async function wrongWith(
  roleArn: string,
  groups: readonly Group[],
  { account, outputs, place }: Examination,
): Promise<readonly Found[]> {
  const role = await account.roles.find(roleArn);
  if (role.status !== 'found') {
    const [{ applicationName, deploymentGroupName } = { applicationName: '', deploymentGroupName: '' }] =
      groups;
    return [
      red(
        `there is no role ${roleArn}, which ${groupWords(groups)} would deploy with`,
        `Create it again, or name another: aws deploy update-deployment-group --application-name ${applicationName} ` +
          `--current-deployment-group-name ${deploymentGroupName} --service-role-arn ROLE_ARN`,
      ),
    ];
  }
  const { trust, applications } = role.role;
  const unlent = [...new Set(groups.map(({ applicationName }) => applicationName))].filter(
    (name) => !lendsTo(applications, name),
  );
  // The role that the stack made may be named by all; it is assumed only while it carries the tag.
  const isLent =
    unlent.length === 0 ||
    ([outputs['LambdaServiceRoleArn'], outputs['ServerServiceRoleArn']].includes(roleArn) &&
      applications !== undefined);
  const isTrusting = missingTrust(trust, trustedPrincipalsOf(outputs, place)).length === 0;
  if (!isLent || !isTrusting) {
    const lacks = [
      ...(isTrusting ? [] : ['does not trust Sluice']),
      ...(isLent ? [] : [`is not lent to ${unlent.join(', ')}`]),
    ];
    const options = unlent.map((name) => ` --application ${name}`).join('');
    return [red(`${roleArn} ${lacks.join(' and ')}`, `npx sluice role trust ${roleArn}${options}`)];
  }
  if (!forbidsSomebody(trust)) return [];
  return [
    yellow(
      `${roleArn} trusts Sluice, and forbids somebody to assume it`,
      `See that Sluice is not among them: aws iam get-role --role-name ${roleName(roleArn)}`,
    ),
  ];
}
