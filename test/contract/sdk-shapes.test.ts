import * as sdk from '@aws-sdk/client-codedeploy';
import * as z from 'zod';
import { describe, expect, test } from 'vitest';
import { operations } from '../../functions/api/operations.ts';
import { NEVER_OF_LAMBDA, answersOfAll } from './sdk-answers.ts';
import { inputFaults, outputFaults } from './sdk-model.ts';

const built = [...operations.keys()];

describe.each(built)('%s', (name) => {
  const operation = operations.get(name);

  test('is an operation of the model and takes its members with their JSON types, all of them optional', () => {
    expect(sdk).toHaveProperty(`${name}Command`);
    expect(inputFaults(name, operation?.input ?? z.never())).toEqual([]);
  });
});

/** That of deployments that belong to another service. */
const UNBUILT = ['DeleteResourcesByExternalId'];

test('all other operations of the model are built, and none that it does not have', () => {
  const modelled = Object.keys(sdk).flatMap((name) => /^(\w+)Command$/.exec(name)?.[1] ?? []);
  const built = modelled.filter((name) => name !== '$' && !UNBUILT.includes(name)).sort();
  expect([...operations.keys()].sort()).toEqual(built);
});

test('the check of inputs notices a member that lacks, is invented or has another type', () => {
  const input = z.object({ applicationName: z.number(), invented: z.string() });
  expect(inputFaults('UpdateApplication', input)).toEqual([
    'UpdateApplication.invented: the model has no such member',
    'UpdateApplication.applicationName: must be optional, its absence has an error of its own',
    'UpdateApplication.applicationName: takes no string',
    'UpdateApplication.newApplicationName: is missing',
  ]);
});

test('the check of outputs notices what the model does not have', () => {
  const application = { createTime: '2026', invented: 1, gitHubAccountName: null };
  expect(outputFaults('GetApplication', { application })).toEqual([
    'GetApplication.application.createTime: is no number',
    'GetApplication.application.invented: the model has no such member',
    'GetApplication.application.gitHubAccountName: is null, absent members are left out',
  ]);
  expect(outputFaults('DeleteApplication', {})).toEqual(['DeleteApplication: has no output']);
});

/** Every answer of the harness is held against the model; here each operation gives one at least. */
test('the answers of all operations are what the model says', async () => {
  const answers = await answersOfAll();
  const answered = new Set(answers.map(([name]) => name));
  expect(built.filter((name) => !answered.has(name))).toEqual([...NEVER_OF_LAMBDA]);
  for (const [name, output] of answers) expect(outputFaults(name, output)).toEqual([]);
});
