import { counted } from '../lines.ts';
import type { Check } from './examination.ts';
import { type Found, green, red } from './finding.ts';

/** What the consumers of the log's stream could not take, for good. */
export const deadLettersCheck: Check = {
  name: 'dead letters',
  action: 'sqs:GetQueueAttributes',
  look: async ({ account, resources }) => {
    const queues = (await resources()).filter(
      ({ type, logicalId }) => type === 'AWS::SQS::Queue' && logicalId.includes('DeadLetters'),
    );
    if (queues.length === 0) {
      return [red('the stack has no queue for dead letters', 'Deploy it again: npx cdk deploy')];
    }
    const found: Found[] = [];
    for (const { physicalId: url, logicalId } of queues) {
      const depth = await account.queues.depth(url);
      if (depth === 0) continue;
      const lost = logicalId.startsWith('Notifications') ? UNTOLD : UNSTARTED;
      found.push(red(`${counted(depth, 'message')} in ${url}`, remedyFor(url, lost)));
    }
    return found.length > 0 ? found : [green(`none in ${counted(queues.length, 'queue')}`)];
  },
};

/** The messages are only notes of what was not handled: no event is lost, for all are in the table of the log. */
function remedyFor(url: string, lost: string): string {
  return (
    `Look: aws sqs receive-message --queue-url ${url} --max-number-of-messages 10 --visibility-timeout 0. ` +
    `The log of the function that is named there tells the cause: mend it. ${lost} ` +
    `Then empty it: aws sqs purge-queue --queue-url ${url}`
  );
}

const UNSTARTED = 'The sweep brings on what was not started.';
const UNTOLD =
  'Whoever was not told is told by: npx sluice republish --since 2d (or however long ago it began).';
