import { lambdaAppSpecText } from '../core/appspec/lambda-appspec.ts';
import {
  CannotDo,
  type Command,
  type Connection,
  type ExitCode,
  type Invocation,
  UsageError,
} from './command.ts';
import { consented, consentOptions, tellNew } from './consent.ts';
import {
  type KnownGroup,
  groupNamed,
  groupOf,
  knownDeployment,
  placeOf,
  refuseBusy,
} from './known-deployment.ts';
import { type WayBack, backBeforePresent, backToDeployment, wayBackOfServers } from './way-back.ts';

export const rollback: Command = {
  name: 'rollback',
  argument: '<deployment-id|application/group>',
  summary: 'goes back to an earlier good version, by hand',
  options: consentOptions,
  help: `Of functions; servers go back by sluice redeploy of an earlier deployment. With a deployment id: back to the version
that it deployed. With application/group: back to the last good version before the present one, of the function that was
deployed there last. What is in place is read off what the last
deployment left. The traffic moves all at once; neither alarms nor validation functions have a say, and it is not rolled back
itself, as it is with automatic rollbacks. An alias that somebody else moved is left alone: the deployment fails.
Says first what will happen and asks; --yes does not ask. Prints the id of the new deployment.

Example: sluice rollback shop/prod
         sluice watch "$(sluice rollback d-A1B2C3D4E --yes)"

Exit code: 0 where it was created (watch shows its end); 1 where it was not, or not wanted; 2 where there is no
terminal to ask in and no --yes.`,
  run: goBack,
};

/** What automatic rollbacks use. */
const CONFIG = 'CodeDeployDefault.LambdaAllAtOnce';

async function goBack(invocation: Invocation): Promise<ExitCode> {
  const { argument, connect } = invocation;
  const connection = await connect();
  const { group, back } = await found(connection, argument);
  const ofServers = wayBackOfServers(group);
  if (ofServers !== undefined) throw new CannotDo(`${placeOf(group)} deploys to servers. ${ofServers}`);
  await refuseBusy(connection, group);
  const way = await back();
  if (!(await consented(plan(group, way), invocation))) return 1;
  const { applicationName, deploymentGroupName } = group;
  const created = await connection.api.create({
    applicationName,
    deploymentGroupName,
    deploymentConfigName: CONFIG,
    description: `Rollback by hand to version ${way.target.targetVersion}, ${way.because}`,
    revision: { type: 'written', content: lambdaAppSpecText(way.target, way.target.functionName) },
    guarded: false,
  });
  tellNew(created, invocation);
  return 0;
}

/** Of application and group neither can hold a slash. */
async function found(
  connection: Connection,
  argument: string,
): Promise<{ readonly group: KnownGroup; readonly back: () => Promise<WayBack> }> {
  const slash = argument.indexOf('/');
  if (slash === -1) {
    const row = await knownDeployment(connection, argument);
    const group = await groupOf(connection, row);
    return { group, back: () => backToDeployment(connection.tables.reader, row) };
  }
  const names = { application: argument.slice(0, slash), group: argument.slice(slash + 1) };
  if (names.application === '' || names.group === '') {
    throw new UsageError(`${argument} is neither a deployment id nor application/group.`);
  }
  const group = await groupNamed(connection, names);
  return { group, back: () => backBeforePresent(connection.tables.reader, group) };
}

function plan(group: KnownGroup, { target, because }: WayBack): readonly string[] {
  const { functionName, functionAlias, currentVersion, targetVersion } = target;
  return [
    `Moves the alias ${functionAlias} of ${functionName} (${placeOf(group)}) back from version ${currentVersion} to ` +
      `version ${targetVersion}, ${because}.`,
    'All at once, without alarms and validation functions, and not rolled back itself.',
  ];
}
