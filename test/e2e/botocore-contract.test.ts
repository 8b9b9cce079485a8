import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { operations } from '../../functions/api/operations.ts';
import type { BotocoreModel } from '../contract/sdk-botocore.ts';
import { botocoreInputFaults, botocoreModel, botocoreOutputFaults } from '../contract/sdk-botocore.ts';
import { answersOfAll } from '../contract/sdk-answers.ts';
import { declaredErrors } from '../contract/sdk-declared-errors.ts';
import { NEWER_ERRORS } from '../contract/sdk-model.ts';

/** The local cloud is up for this project, and with it the emulator's virtual environment, which holds a botocore. */
const model = installedModel();

describe.each([...operations])('%s', (name, operation) => {
  test('takes the members that botocore sends', () => {
    expect(botocoreInputFaults(model, name, operation.input)).toEqual([]);
  });

  test('declares the errors that botocore knows of it', () => {
    const theirs = (model.operations[name]?.errors ?? []).map(({ shape }) => shape);
    const ours = (declaredErrors[name] ?? []).map((error) => `${error}Exception`);
    const settled = (names: readonly string[]) => names.filter((one) => !NEWER_ERRORS.includes(one)).sort();
    expect(settled(ours)).toEqual(settled(theirs));
  });
});

test('the answers of all operations are what botocore reads', async () => {
  const faults = (await answersOfAll()).flatMap(([name, output]) =>
    botocoreOutputFaults(model, name, output),
  );
  expect(faults).toEqual([]);
});

test('the checks notice what the model does not have', () => {
  const input = z.object({ applicationName: z.number(), invented: z.string() });
  expect(botocoreInputFaults(model, 'UpdateApplication', input)).toEqual([
    'UpdateApplication.applicationName: takes no string',
    'UpdateApplication.newApplicationName: is missing',
    'UpdateApplication.invented: the model has no such member',
  ]);
  const application = { createTime: '2026', invented: 1, computePlatform: 'Cloud' };
  expect(botocoreOutputFaults(model, 'GetApplication', { application })).toEqual([
    'GetApplication.application.createTime: is no timestamp',
    'GetApplication.application.invented: the model has no such member',
    'GetApplication.application.computePlatform: "Cloud" is no word of ComputePlatform',
  ]);
  expect(botocoreOutputFaults(model, 'DeleteApplication', {})).toEqual(['DeleteApplication: has no output']);
});

function installedModel(): BotocoreModel {
  const libraries = join(import.meta.dirname, '..', '..', '.sluice', 'venv', 'lib');
  const [python = ''] = readdirSync(libraries);
  const folder = join(libraries, python, 'site-packages/botocore/data/codedeploy/2014-10-06');
  const [file = ''] = readdirSync(folder).filter((name) => name.startsWith('service-2.json'));
  const bytes = readFileSync(join(folder, file));
  const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  return botocoreModel.parse(JSON.parse(text.toString('utf8')));
}
