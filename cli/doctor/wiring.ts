import { counted } from '../lines.ts';
import type { Check, Examination } from './examination.ts';
import { type Found, green, red, yellow } from './finding.ts';

/** What calls Sluice's functions by itself is switched on: the readers of the log's stream, and the rules. */
export const wiringCheck: Check = {
  name: 'stream and rules',
  action: 'lambda:GetEventSourceMapping',
  look: async (examination) => {
    const resources = await examination.resources();
    const mappings = resources.filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping');
    const rules = resources.filter(({ type }) => type === 'AWS::Events::Rule');
    const found = [
      ...(await Promise.all(mappings.map(({ physicalId }) => ofMapping(physicalId, examination)))),
      ...(await Promise.all(rules.map(({ physicalId }) => ofRule(physicalId, examination)))),
    ].flat();
    if (found.length > 0) return found;
    if (mappings.length === 0)
      return [red('nothing reads the stream of the log', 'Deploy again: npx cdk deploy')];
    return [
      green(
        `${counted(mappings.length, 'reader')} of the log's stream and ${counted(rules.length, 'rule')} on`,
      ),
    ];
  },
};

async function ofMapping(id: string, { account }: Examination): Promise<readonly Found[]> {
  const { state, lastResult, functionName } = await account.functions.mapping(id);
  if (state === 'missing') {
    return [
      red(
        `the reader ${id} of the log's stream is gone`,
        'Make it again as the template says: aws lambda create-event-source-mapping',
      ),
    ];
  }
  if (state === 'Disabled' || state === 'Disabling') {
    return [
      red(
        `the stream of the log no longer reaches ${functionName}`,
        `aws lambda update-event-source-mapping --uuid ${id} --enabled`,
      ),
    ];
  }
  if (state !== 'Enabled') {
    return [
      yellow(`the reader of the log's stream for ${functionName} is ${state}`, 'Look again in a minute.'),
    ];
  }
  if (!lastResult.startsWith('PROBLEM')) return [];
  return [
    yellow(
      `${functionName} could not take its last batch of the log's stream: ${lastResult}`,
      `See its log: aws logs tail /aws/lambda/${functionName} --since 1h`,
    ),
  ];
}

async function ofRule(name: string, { account }: Examination): Promise<readonly Found[]> {
  const state = await account.rules.state(name);
  switch (state) {
    case 'enabled':
      return [];
    case 'disabled':
      return [red(`the rule ${name} is switched off`, `aws events enable-rule --name ${name}`)];
    case 'missing':
      return [
        red(
          `the rule ${name} is gone`,
          'Make it again as the template says: aws cloudformation get-template',
        ),
      ];
    default:
      return state satisfies never;
  }
}
