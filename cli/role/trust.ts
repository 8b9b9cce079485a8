import { isServiceRoleArn } from '../../core/registry/names.ts';
import { APPLICATIONS_TAG, EVERY_APPLICATION, canBeNamed } from '../../core/registry/service-role-tag.ts';
import { trustedPrincipalsOf } from '../account/installed-stack.ts';
import {
  CannotDo,
  type Command,
  type ExitCode,
  type Invocation,
  UsageError,
  type Values,
} from '../command.ts';
import { consented, consentOptions } from '../consent.ts';
import { changeInWords, lentWords, whatIsMissing } from './missing.ts';
import { changeRefused, presentRole, refuseOtherAccount } from './refused.ts';

export const roleTrust: Command = {
  name: 'role trust',
  argument: '<role-arn>',
  summary: 'lets Sluice deploy with a service role that CodeDeploy has used so far',
  options: {
    application: { type: 'string', multiple: true },
    'all-applications': { type: 'boolean' },
    ...consentOptions,
  },
  help: `Shows what the role lacks: a statement of its trust policy that lets Sluice assume it, and the tag
${APPLICATIONS_TAG}, which says the groups of which applications may name it. Says first what would change, as JSON,
and asks; --yes does not ask. What the role trusts and lends itself to already stays as it is, so that CodeDeploy can go
on using it. It takes the right to call iam:GetRole, iam:UpdateAssumeRolePolicy and iam:TagRole on the role.

Example: sluice role trust arn:aws:iam::123456789012:role/CodeDeployLambda --application shop --application billing
         sluice role trust arn:aws:iam::123456789012:role/CodeDeployLambda --all-applications --yes

Exit code: 0 where nothing is missing any more; 1 where something still is; 2 where there is no terminal to ask in and
no --yes.`,
  run: trust,
};

async function trust(invocation: Invocation): Promise<ExitCode> {
  const { argument: roleArn, values, terminal, connect } = invocation;
  const applications = applicationsOf(values);
  if (!isServiceRoleArn(roleArn)) {
    throw new UsageError(`${roleArn} is not the ARN of a role (arn:aws:iam::ACCOUNT:role/NAME).`);
  }
  const { account, place } = await connect();
  const { roles, stack } = await account();
  const trusted = trustedPrincipalsOf(await stack.outputs(), place);
  refuseOtherAccount(roleArn, trusted, place);
  const role = presentRole(roleArn, await roles.find(roleArn));
  const missing = whatIsMissing(role, trusted, applications);
  const lent = missing.applications ?? role.applications;
  const plan = changeInWords(roleArn, role, missing);
  if (lent === undefined || lent.trim() === '') {
    for (const line of plan) terminal.note(line);
    throw new CannotDo(
      `no application's groups could name ${roleArn}, so nothing was done. ` +
        'Say which may: --application NAME (as often as needed), or --all-applications.',
    );
  }
  if (plan.length === 0) {
    terminal.print(`Nothing is missing: ${roleArn} trusts ${place}, and ${lentWords(lent)}.`);
    return 0;
  }
  if (!(await consented(plan, invocation))) return 1;
  try {
    if (missing.trust !== undefined) await roles.setTrust(roleArn, missing.trust);
    if (missing.applications !== undefined) await roles.setApplications(roleArn, missing.applications);
  } catch (error) {
    throw changeRefused(error, roleArn);
  }
  terminal.print(`${roleArn} trusts ${place}, and ${lentWords(lent)}.`);
  terminal.note('It may take IAM some seconds. Then groups can name it: --service-role-arn of `aws deploy`.');
  return 0;
}

function applicationsOf({ application, 'all-applications': all }: Values): readonly string[] {
  const names = [application ?? []].flat().map(String);
  if (all === true && names.length > 0) {
    throw new UsageError('--application and --all-applications exclude each other.');
  }
  const unfit = names.filter((name) => !canBeNamed(name));
  if (unfit.length > 0) {
    throw new UsageError(
      `the tag cannot name ${unfit.join(' or ')}: it separates names by spaces, and IAM takes no comma in it. ` +
        'Lend the role to every application with --all-applications, or name a role that the stack made.',
    );
  }
  return all === true ? [EVERY_APPLICATION] : names;
}
