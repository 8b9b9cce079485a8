import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { operations } from '../../functions/api/operations.ts';
import { declaredErrors } from './sdk-declared-errors.ts';
import { NEWER_ERRORS, modelledErrors } from './sdk-model.ts';

const root = join(import.meta.dirname, '..', '..');
const known = [...modelledErrors(), ...NEWER_ERRORS];

/** Errors that any AWS service may answer. */
const COMMON = ['AccessDeniedException', 'SerializationException', 'UnknownOperationException'];

/** In the model, but of no operation, so that the SDK lacks it: what the fence tells a workflow that was replaced. */
const UNREACHED = ['DeploymentAlreadyStartedException'];

test('every operation that is built declares its errors, each of them modelled', () => {
  expect(Object.keys(declaredErrors).sort()).toEqual([...operations.keys()].sort());
  for (const names of Object.values(declaredErrors)) {
    for (const name of names) expect(known).toContain(`${name}Exception`);
  }
});

/** That an operation answers only what it declares is seen to by the harness, at every call of every test. */
test('every exception that core and the front door name is modelled or common to all services', () => {
  const files = [...filesOf('core'), ...filesOf('functions/api')];
  expect(files.length).toBeGreaterThan(40);
  const named = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/'([A-Z]\w+Exception)'/g)]);
  const unknown = named
    .map(([, name = '']) => name)
    .filter((name) => ![...known, ...COMMON, ...UNREACHED].includes(name));
  expect(unknown).toEqual([]);
});

function filesOf(folder: string): readonly string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(root, folder, name));
}
