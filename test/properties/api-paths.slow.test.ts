import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { operations } from '../../functions/api/operations.ts';
import { api } from '../support/api.ts';
import { both } from '../support/api-groups.ts';
import type { MemoryEventStore } from '../support/memory-event-store.ts';
import { mutated } from './api-mutations.ts';
import type { Seed } from './api-seed.ts';
import { seed } from './api-seed.ts';

const names = [...operations.keys()];
let account: Seed;

beforeAll(async () => {
  account = await seed();
});

/** One call of an account of its own, which draws the same ids as every other, and what it has written. */
async function asked(store: MemoryEventStore, operation: string, body: unknown, path: string) {
  const idOf = (drawn: number) => `00000000-0000-4000-8000-${String(drawn).padStart(12, '0')}`;
  let drawn = 0;
  const system = {
    ...api().ports.system,
    deploymentId: () => 'd-FRESH0001',
    uuid: () => idOf(++drawn),
  };
  const before = new Set(store.allEvents().map(({ stream, version }) => `${stream}@${version}`));
  const { status, text, json } = await api({ store, rows: store.rows, system }).call(operation, body, path);
  const written = store.allEvents().filter(({ stream, version }) => !before.has(`${stream}@${version}`));
  return { status, text, code: status === 200 ? 'OK' : String(json.__type), written };
}

/** Written beside the table of the operations, not read off it. */
const isReading = (operation: string) => /^(Get|BatchGet|List)/.test(operation);

const OF_THE_ACCOUNT = [
  'ListApplications',
  // They give or take a name that is not the path's.
  'CreateApplication',
  'UpdateApplication',
  'CreateDeploymentConfig',
  'DeleteDeploymentConfig',
  'ListGitHubAccountTokenNames',
  'DeleteGitHubAccountToken',
];

const isOfInstances = (operation: string) => operation.includes('OnPremisesInstance');

/** Whether a body of the seed concerns the application `quotes` alone. */
function isOfQuotes(operation: string, body: object): boolean {
  const isWide = 'externalId' in body || 'overrideAlarmConfiguration' in body || 'serviceRoleArn' in body;
  const isOfAnother = 'applicationName' in body && body.applicationName !== both.applicationName;
  return !isWide && !isOfAnother && !OF_THE_ACCOUNT.includes(operation) && !isOfInstances(operation);
}

describe.each(names)('%s', (name) => {
  const { applicationName } = both;

  test('is answered on each path that covers it as on POST /, and on no other', async () => {
    for (const given of account.bodies[name] ?? []) {
      const {
        overrideAlarmConfiguration: _,
        serviceRoleArn: _role,
        ...narrow
      } = given as Record<string, unknown>;
      for (const body of [given, narrow]) {
        const whole = await asked(await account.fresh(), name, body, '/');
        const covered: readonly (readonly [path: string, isCovered: boolean])[] = [
          ['/read', isReading(name)],
          [`/applications/${applicationName}`, isOfQuotes(name, body)],
          [`/applications/${applicationName}/read`, isReading(name) && isOfQuotes(name, body)],
        ];
        for (const [path, isCovered] of covered) {
          const answer = await asked(await account.fresh(), name, body, path);
          if (isCovered) expect(answer, path).toEqual(whole);
          else expect(answer, path).toMatchObject({ code: 'AccessDeniedException', written: [] });
        }
      }
    }
  });

  /**
   * Nothing that a caller of another application asks is answered otherwise where there is the application `quotes`, with
   * its groups, revisions and deployments, than where there has never been one. Nor does it write otherwise.
   */
  test('tells the callers of one application nothing of another, and does nothing to it', async () => {
    const bodies = account.bodies[name] ?? [];
    const own = bodies.map(
      (body) => JSON.parse(JSON.stringify(body).replaceAll(`"${applicationName}"`, '"other"')) as typeof body,
    );
    const compare = async (body: unknown, path: string) => {
      const there = await asked(await account.fresh(), name, body, path);
      const absent = await asked(await account.freshWithoutQuotes(), name, body, path);
      expect(there, path).toEqual(absent);
    };
    const both = ['/applications/other', '/applications/other/read'];
    for (const path of both) {
      for (const body of [...bodies, ...own]) await compare(body, path);
    }
    await fc.assert(fc.asyncProperty(mutated([...bodies, ...own]), fc.constantFrom(...both), compare), {
      numRuns: MUTATIONS,
    });
  });
});

/** Each takes four accounts to build: together some three thousand. */
const MUTATIONS = 40;
