import { describe, expect, it } from 'vitest';
import { isWeighted } from '../../core/deployments/alias.ts';
import type { Launch, Simulation } from '../support/simulation.ts';
import { QUOTE, simulation } from '../support/simulation.ts';

/**
 * What people get wrong in an AppSpec, with their hooks and with the alias, beside what the API itself refuses
 * (test/functions/api/errors-of-people.test.ts): each ends Failed by its code, says what to do, leaves the alias whole
 * and does not take longer than it must.
 */
interface Mistake {
  readonly what: string;
  readonly launch?: Launch;
  readonly before?: (sim: Simulation) => void;
  readonly code: string;
  /** What the message must say to be of use. */
  readonly says: RegExp;
}

const PROPERTIES = ['Name: price-quote', 'Alias: live', 'CurrentVersion: "1"', 'TargetVersion: "2"'];

function yaml(properties: readonly string[] = PROPERTIES, rest: readonly string[] = []): string {
  return [
    'version: 0.0',
    'Resources:',
    '  - quote:',
    '      Type: AWS::Lambda::Function',
    '      Properties:',
    ...properties.map((property) => `        ${property}`),
    ...rest,
    '',
  ].join('\n');
}

const without = (name: string): string => yaml(PROPERTIES.filter((property) => !property.startsWith(name)));
const withInstead = (name: string, property: string): string =>
  yaml(PROPERTIES.map((line) => (line.startsWith(name) ? property : line)));

const INVALID = 'INVALID_LAMBDA_CONFIGURATION';
const returning =
  (status: string): ((sim: Simulation) => void) =>
  (sim) => {
    sim.hook = async () => ({ status: 'returned', result: { status }, logTail: '' });
  };

const mistakes: readonly Mistake[] = [
  {
    what: 'tabs for indentation',
    launch: { content: yaml().replaceAll('  ', '\t') },
    code: 'INVALID_REVISION',
    says: /line \d+/i,
  },
  {
    what: 'an unclosed quote',
    launch: { content: yaml().replace('"2"', '"2') },
    code: 'INVALID_REVISION',
    says: /line \d+/i,
  },
  {
    what: 'a JSON that ends too early',
    launch: { content: '{"version": 0.0, "Resources": [' },
    code: 'INVALID_REVISION',
    says: /line \d+/i,
  },
  { what: 'an empty document', launch: { content: ' \n' }, code: INVALID, says: /./ },
  {
    what: 'a key twice',
    launch: { content: `${yaml()}version: 0.0\n` },
    code: 'INVALID_REVISION',
    says: /version/,
  },
  {
    what: 'the AppSpec of a server',
    launch: { content: 'version: 0.0\nos: linux\nfiles:\n  - source: /\n    destination: /srv\n' },
    code: INVALID,
    says: /Resources/,
  },
  {
    what: 'the version of another format',
    launch: { content: yaml().replace('0.0', '1.0') },
    code: INVALID,
    says: /version/,
  },
  {
    what: 'no version',
    launch: { content: yaml().replace('version: 0.0\n', '') },
    code: INVALID,
    says: /version/,
  },
  {
    what: 'two resources',
    launch: { content: `${yaml()}  - other:\n      Type: AWS::Lambda::Function\n` },
    code: INVALID,
    says: /one/,
  },
  {
    what: 'a resource of ECS',
    launch: { content: yaml().replace('AWS::Lambda::Function', 'AWS::ECS::Service') },
    code: INVALID,
    says: /AWS::Lambda::Function/,
  },
  { what: 'no name of the function', launch: { content: without('Name') }, code: INVALID, says: /Name/ },
  { what: 'no alias', launch: { content: without('Alias') }, code: INVALID, says: /Alias/ },
  {
    what: 'no current version',
    launch: { content: without('CurrentVersion') },
    code: INVALID,
    says: /CurrentVersion/,
  },
  {
    what: 'no target version',
    launch: { content: without('TargetVersion') },
    code: INVALID,
    says: /TargetVersion/,
  },
  {
    what: '$LATEST for a version',
    launch: { content: withInstead('TargetVersion', 'TargetVersion: $LATEST') },
    code: INVALID,
    says: /\$LATEST|published/,
  },
  {
    what: 'a version with a v',
    launch: { content: withInstead('TargetVersion', 'TargetVersion: v2') },
    code: INVALID,
    says: /TargetVersion/,
  },
  {
    what: 'a hook for an event that has none',
    launch: { content: yaml(PROPERTIES, ['Hooks:', '  - AllowTraffic: check']) },
    code: INVALID,
    says: /BeforeAllowTraffic/,
  },
  {
    what: 'a hook twice',
    launch: {
      content: yaml(PROPERTIES, ['Hooks:', '  - BeforeAllowTraffic: a', '  - BeforeAllowTraffic: b']),
    },
    code: INVALID,
    says: /BeforeAllowTraffic/,
  },
  {
    what: 'a hook without a function',
    launch: { content: yaml(PROPERTIES, ['Hooks:', '  - BeforeAllowTraffic:']) },
    code: INVALID,
    says: /BeforeAllowTraffic/,
  },
  {
    what: 'a function that does not exist',
    launch: { functionName: 'price-qoute' },
    code: 'INVALID_LAMBDA_FUNCTION',
    says: /price-qoute/,
  },
  {
    what: 'an alias that does not exist',
    launch: { functionAlias: 'prod' },
    code: 'INVALID_LAMBDA_FUNCTION',
    says: /prod/,
  },
  {
    what: 'a version that was never published',
    launch: { targetVersion: '7' },
    code: 'INVALID_LAMBDA_FUNCTION',
    says: /version 7/i,
  },
  {
    what: 'yesterday’s current version',
    launch: { currentVersion: '3' },
    code: INVALID,
    says: /Set CurrentVersion to 1/,
  },
  {
    what: 'the same version twice in a canary',
    launch: { targetVersion: '1' },
    code: INVALID,
    says: /LambdaAllAtOnce/,
  },
  {
    what: 'an alias that somebody left divided',
    before: (sim) =>
      sim.lambda.changeByHand(QUOTE, { functionVersion: '1', additionalVersionWeights: { '3': 0.5 } }),
    code: INVALID,
    says: /aws lambda update-alias/,
  },
  {
    what: 'a hook that says Failed',
    launch: { hooks: { BeforeAllowTraffic: 'check' } },
    before: returning('Failed'),
    code: 'HOOK_EXECUTION_FAILURE',
    says: /check/,
  },
  {
    what: 'a hook with a bug',
    launch: { hooks: { BeforeAllowTraffic: 'check' } },
    before: (sim) => {
      sim.hook = async () => ({ status: 'threw', message: 'ReferenceError: x is not defined', logTail: '' });
    },
    code: 'HOOK_EXECUTION_FAILURE',
    says: /x is not defined/,
  },
  {
    what: 'a hook that nobody has deployed',
    launch: { hooks: { BeforeAllowTraffic: 'check' } },
    before: (sim) => {
      sim.hook = async () => ({ status: 'missing', message: 'Function not found' });
    },
    code: 'HOOK_EXECUTION_FAILURE',
    says: /no such function/,
  },
  {
    what: 'a hook that the role may not call',
    launch: { hooks: { BeforeAllowTraffic: 'check' } },
    before: (sim) => {
      sim.hook = async () => ({ status: 'denied', message: 'not authorized' });
    },
    code: 'HOOK_EXECUTION_FAILURE',
    says: /lambda:InvokeFunction/,
  },
  {
    what: 'a role that has lost its trust',
    before: (sim) => {
      sim.role = () => ({ status: 'denied', message: 'not authorized to perform: sts:AssumeRole' });
    },
    code: 'IAM_ROLE_PERMISSIONS',
    says: /trust policy: npx sluice role trust arn:/,
  },
  {
    what: 'a role that may not see the function',
    before: (sim) => {
      sim.lambda.failing = () => ({ status: 'denied', message: 'not authorized' });
    },
    code: 'IAM_ROLE_PERMISSIONS',
    says: /lambda:GetAlias/,
  },
];

describe('what people get wrong', () => {
  it.each(mistakes)(
    '$what ends Failed by its code and says what to do',
    async ({ launch, before, code, says }) => {
      const sim = await simulation();
      before?.(sim);
      const wasDivided = isWeighted(sim.lambda.aliasOf(QUOTE));
      const touched = sim.lambda.history(QUOTE).length;
      const id = await sim.launch({ ...launch, rollbackOn: ['DEPLOYMENT_FAILURE'] });
      await sim.world.runUntilIdle();
      const { status, end, createdAt, completedAt } = await sim.deployment(id);
      expect({ status, end }).toMatchObject({
        status: 'Failed',
        end: { code, message: expect.stringMatching(says) },
      });
      expect((completedAt ?? Number.POSITIVE_INFINITY) - createdAt).toBeLessThan(1_000);
      // Nothing was moved: what somebody left divided is left to them, all else is whole as before.
      expect(sim.lambda.history(QUOTE)).toHaveLength(touched);
      expect(isWeighted(sim.lambda.aliasOf(QUOTE))).toBe(wasDivided);
    },
  );
});
