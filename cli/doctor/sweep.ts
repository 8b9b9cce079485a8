import { padded, rowKeys } from '../../core/views/row-keys.ts';
import { age, counted } from '../lines.ts';
import type { Check, Examination } from './examination.ts';
import { type Found, green, red, yellow } from './finding.ts';

/** The sweep comes every minute: this late, two in a row did not come to their end. */
const PATIENCE_MILLISECONDS = 3 * 60_000;

/** Deployments that are overdue beyond that are named up to so many. */
const MOST_NAMED = 5;
const MOST_COUNTED = 100;

/** The second line behind every wait comes, and leaves nothing lying. */
export const sweepCheck: Check = {
  name: 'sweep',
  action: 'dynamodb:GetItem',
  look: async (examination) => [...(await lastSweep(examination)), ...(await overdue(examination))],
};

async function lastSweep({ account, outputs, now }: Examination): Promise<readonly Found[]> {
  const at = await account.sweeps(outputs['LiveTableName'] ?? '').last();
  const since = at ?? (await account.stack.deployedAt());
  if (at !== undefined && now - at <= PATIENCE_MILLISECONDS) return [green(`came ${age(now - at)} ago`)];
  const remedy =
    `Invoke it, and read what it says: aws lambda invoke --function-name ${outputs['OnDeadlineFunctionName']} /dev/stdout. ` +
    'Then see that its rule is enabled: aws events list-rule-names-by-target';
  if (at === undefined && now - since <= PATIENCE_MILLISECONDS) {
    return [
      yellow(`has not come since the stack was deployed, ${age(now - since)} ago`, 'Look again in a minute.'),
    ];
  }
  return [red(`has not come ${at === undefined ? 'yet' : `for ${age(now - at)}`}`, remedy)];
}

async function overdue({ rows, now }: Examination): Promise<readonly Found[]> {
  const { pk } = rowKeys.due(0, '');
  const due = await rows.query({ pk, to: padded(now - PATIENCE_MILLISECONDS), limit: MOST_COUNTED });
  const ids = due.rows.map(({ sk }) => sk.slice(sk.indexOf('#') + 1));
  const [first] = ids;
  if (first === undefined) return [];
  const named = [...ids.slice(0, MOST_NAMED), ...(ids.length > MOST_NAMED ? ['…'] : [])].join(', ');
  return [
    red(
      `${counted(ids.length, 'deployment')}${due.more ? ' or more' : ''} ${ids.length === 1 ? 'is' : 'are'} overdue: ${named}`,
      `See what each waits for: npx sluice watch ${first}`,
    ),
  ];
}
