import { type Ending, homeVersion } from '../core/deployments/deployment-state.ts';
import { hasEnded } from '../core/deployments/deployment-status.ts';
import { whyNoRollback } from '../core/deployments/rollback.ts';
import type { DeploymentRow } from '../core/views/deployment-rows.ts';
import { CannotDo, type Command, type Connection, type ExitCode, type Invocation } from './command.ts';
import { consented, consentOptions } from './consent.ts';
import { reachWords, reasonWords } from './deployment-words.ts';
import { type KnownGroup, groupOf, knownDeployment, placeOf } from './known-deployment.ts';
import { wayBackOfServers } from './way-back.ts';

export const stop: Command = {
  name: 'stop',
  argument: '<deployment-id>',
  summary: 'ends a deployment that is under way and puts its traffic back',
  options: { 'no-rollback': { type: 'boolean' }, ...consentOptions },
  help: `Puts the alias back whole on the version that it came from. Of a fleet, what hosts are at work on ends first, and nothing
more is begun. Where the group rolls back deployments that are stopped, a rollback follows; --no-rollback keeps it away.
Says first what will happen and asks; --yes does not ask.

Example: sluice stop d-A1B2C3D4E
         sluice stop d-A1B2C3D4E --no-rollback --yes

Exit code: 0 where the stop was accepted (watch shows its end); 1 where it was not, or not wanted; 2 where there is
no terminal to ask in and no --yes.`,
  run: stopDeployment,
};

async function stopDeployment(invocation: Invocation): Promise<ExitCode> {
  const { argument: deploymentId, values, terminal, connect } = invocation;
  const connection = await connect();
  const row = await knownDeployment(connection, deploymentId);
  const wish = values['no-rollback'] === true ? { autoRollbackEnabled: false } : {};
  await refuseEnded(connection, row);
  const group = await groupOf(connection, row);
  if (!(await consented(plan(row, group, wish), invocation))) return 1;
  terminal.print(await connection.api.stop({ deploymentId, ...wish }));
  terminal.note(`Follow it: npx sluice watch ${deploymentId}`);
  return 0;
}

async function refuseEnded(connection: Connection, row: DeploymentRow): Promise<void> {
  const { deploymentId } = row.created;
  if (hasEnded(row.status)) {
    const back = row.status === 'Succeeded' ? await wayBack(connection, row) : '';
    throw new CannotDo(`${deploymentId} has ended already (${row.status}).${back}`);
  }
  if (row.ending !== undefined) {
    throw new CannotDo(
      `${deploymentId} is ending already (${reasonWords(row)}). Follow it: npx sluice watch ${deploymentId}`,
    );
  }
}

/** By the names of today; none where nothing can be deployed any more. */
async function wayBack(connection: Connection, row: DeploymentRow): Promise<string> {
  try {
    const group = await groupOf(connection, row);
    return ` ${wayBackOfServers(group) ?? `To go back: sluice rollback ${placeOf(group)}`}`;
  } catch (error) {
    if (error instanceof CannotDo) return '';
    throw error;
  }
}

function plan(
  row: DeploymentRow,
  group: KnownGroup,
  wish: Pick<Ending, 'autoRollbackEnabled'>,
): readonly string[] {
  const { created, status } = row;
  const reason: Ending = { status: 'Stopped', cause: 'request', code: 'MANUAL_STOP', message: '', ...wish };
  const without = whyNoRollback(row, reason);
  return [
    `Stops ${created.deploymentId} in ${placeOf(group)}: ${[status, reachWords(row)].filter(Boolean).join(', ')}.`,
    created.computePlatform === 'Server' ? fleetPlan(row) : trafficPlan(row),
    without === undefined ? 'A rollback is deployed then.' : `No rollback follows: ${without}`,
  ];
}

function fleetPlan({ fleet }: DeploymentRow): string {
  return fleet === undefined
    ? 'No host was touched yet.'
    : 'What hosts are at work on ends first, and nothing more is begun.';
}

function trafficPlan(row: DeploymentRow): string {
  return row.admission === undefined
    ? 'No traffic was moved yet.'
    : `All traffic goes to version ${homeVersion(row)}.`;
}
