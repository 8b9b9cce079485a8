import { DEPLOYMENT_STATUSES, type DeploymentStatus } from '../core/deployments/deployment-status.ts';
import { deploymentPicture } from '../core/views/deployment-picture.ts';
import { isoTime } from '../functions/runtime/time-texts.ts';
import { type Command, type ExitCode, type Invocation, UsageError, type Values } from './command.ts';
import { creatorWords, reachWords, reasonWords } from './deployment-words.ts';
import { placeOf } from './known-deployment.ts';
import { age, columns, counted, oneLine } from './lines.ts';
import { cut } from './live/display-width.ts';
import { type Listed, type Wanted, listing } from './listing.ts';

const DEFAULT_LIMIT = 20;
/** Each costs two reads. */
const HIGHEST_LIMIT = 1_000;

export const list: Command = {
  name: 'list',
  summary: 'lists deployments, newest first: status, who, how long ago, traffic or hosts, reason',
  options: {
    application: { type: 'string' },
    group: { type: 'string' },
    status: { type: 'string' },
    limit: { type: 'string' },
    json: { type: 'boolean' },
  },
  help: `One line each: id, application/group (as they were called then), status, who created it, how long ago, where its
traffic is or was when it ended, or on how many of its hosts it succeeded (while it runs, how many there are), and why
it ended early, cut at the edge of a terminal. --application, and --group with it, list what is theirs; --status one of ${DEPLOYMENT_STATUSES.join(', ')}.
--limit takes 1 to ${HIGHEST_LIMIT}; without it there are ${DEFAULT_LIMIT}. With --json each deployment is one line: creator, and deployment as
docs/api-v1.md describes it.

Example: sluice list --application shop --group prod --status Failed
         sluice list --limit 200 --json | jq -r 'select(.deployment.traffic.weight < 100) | .deployment.deploymentId'

Exit code: 0, also where there are none; 1 where there is no such application or group.`,
  run: printList,
};

async function printList({ values, terminal, connect, now }: Invocation): Promise<ExitCode> {
  const wanted = wantedOf(values);
  const connection = await connect();
  const { deployments, givenUpAfter } = await listing(connection, wanted);
  const lines = values['json'] === true ? jsonLines(deployments, now()) : tableLines(deployments, now());
  const width = values['json'] === true ? undefined : terminal.paper?.size().columns;
  // A reason may be as long as AWS's message is; lines that fold are no table.
  for (const line of lines) terminal.print(width === undefined ? line : cut(line, width));
  if (givenUpAfter !== undefined) {
    terminal.note(
      `Only the newest ${counted(givenUpAfter, 'deployment')} were looked at. --application looks further back.`,
    );
  }
  if (deployments.length === 0) terminal.note(`There are no such deployments in ${connection.place}.`);
  return 0;
}

function wantedOf({ application, group, status, limit = String(DEFAULT_LIMIT) }: Values): Wanted {
  if (application === '' || group === '') throw new UsageError('--application and --group take a name.');
  if (group !== undefined && application === undefined) {
    throw new UsageError(
      'groups of different applications may share a name: give --application with --group.',
    );
  }
  const count = Number(limit);
  if (!Number.isInteger(count) || count < 1 || count > HIGHEST_LIMIT) {
    throw new UsageError(`--limit takes a number from 1 to ${HIGHEST_LIMIT}, not ${String(limit)}.`);
  }
  return {
    limit: count,
    ...(typeof application === 'string' && { application }),
    ...(typeof group === 'string' && { group }),
    ...(typeof status === 'string' && { status: statusOf(status) }),
  };
}

function statusOf(text: string): DeploymentStatus {
  const found = DEPLOYMENT_STATUSES.find((status) => status.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError(`--status takes one of ${DEPLOYMENT_STATUSES.join(', ')}, not ${text}.`);
}

function jsonLines(deployments: readonly Listed[], now: number): readonly string[] {
  return deployments.map(({ row, actor }) =>
    JSON.stringify({
      creator: creatorWords(row, actor),
      deployment: deploymentPicture(row, now, isoTime),
    }),
  );
}

function tableLines(deployments: readonly Listed[], now: number): readonly string[] {
  return columns(
    deployments.map(({ row, actor }) =>
      [
        row.created.deploymentId,
        placeOf(row.created),
        row.status,
        creatorWords(row, actor),
        age(now - row.createdAt),
        reachWords(row),
        reasonWords(row),
      ].map(oneLine),
    ),
  );
}
