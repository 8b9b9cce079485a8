import { describe, expect, it } from 'vitest';
import { rowKeys } from '../../core/views/row-keys.ts';
import { GROUP, reference } from '../core/deployments/golden-commands.ts';
import { CannotDo } from '../../cli/command.ts';
import type { DeploymentRow } from '../../core/views/deployment-rows.ts';
import { type MemoryTables, sluice } from './memory-tables.ts';
import { acceptingApi, change, openForBusiness, put } from './operating.ts';

const REST = { restore: undefined, end: undefined, ending: undefined, completedAt: undefined };

/** d-GOLDEN004, of which 20 % is on version 3. */
function underWay() {
  const tables = openForBusiness();
  const traffic = { step: 1, weight: 20, touched: true };
  change(tables, 'd-GOLDEN004', { status: 'InProgress', traffic, ...REST });
  put(tables, rowKeys.activeDeployment(GROUP), { deploymentId: 'd-GOLDEN004' });
  return tables;
}

/** d-GOLDEN004 brought version 3, and nothing came after it. */
function onVersionThree() {
  const tables = openForBusiness();
  const traffic = { step: 2, weight: 100, touched: true };
  change(tables, 'd-GOLDEN004', { status: 'Succeeded', traffic, ...REST });
  for (const id of ['d-GOLDEN005', 'd-GOLDEN006', 'd-GOLDEN007'])
    change(tables, id, { admission: undefined });
  put(tables, rowKeys.lastGood(GROUP, 'checkout', 'live', 1_793_611_900_000, 'd-GOLDEN004'), {
    deploymentId: 'd-GOLDEN004',
    targetVersion: '3',
  });
  return tables;
}

function rowOf(tables: MemoryTables, deploymentId: string): DeploymentRow {
  const { pk } = rowKeys.deployment(deploymentId);
  const row = tables.rows.find((item) => item.pk === pk);
  return JSON.parse(row !== undefined && 'data' in row ? row.data : '{}') as DeploymentRow;
}

describe('sluice stop', () => {
  it('says what will happen, stops, and tells how to watch it', async () => {
    const { api, asked } = acceptingApi();
    const words = ['stop', 'd-GOLDEN004', '--yes'];
    const { code, printed, noted } = await sluice(underWay(), words, undefined, { api });
    expect(code).toBe(0);
    expect(asked).toEqual([{ deploymentId: 'd-GOLDEN004' }]);
    expect(noted).toEqual([
      'Stops d-GOLDEN004 in shop/live: InProgress, 20 % on version 3.',
      'All traffic goes to version 2.',
      'No rollback follows: No automatic rollback is configured for DEPLOYMENT_STOP_ON_REQUEST.',
      'Follow it: npx sluice watch d-GOLDEN004',
    ]);
    expect(printed).toEqual(['The stop is pending.']);
  });

  it('keeps a rollback away when told to', async () => {
    const { api, asked } = acceptingApi();
    const words = ['stop', 'd-GOLDEN004', '--no-rollback', '--yes'];
    const { noted } = await sluice(underWay(), words, undefined, { api });
    expect(asked).toEqual([{ deploymentId: 'd-GOLDEN004', autoRollbackEnabled: false }]);
    expect(noted.join('\n')).toMatch(/No rollback was wanted by the request/);
  });

  it('asks, and does nothing where the answer is no', async () => {
    const { api, asked } = acceptingApi();
    const questions: string[] = [];
    const answering = (answer: boolean) => async (question: string) => {
      questions.push(question);
      return answer;
    };
    const no = await sluice(underWay(), ['stop', 'd-GOLDEN004'], undefined, { api, ask: answering(false) });
    expect({ code: no.code, asked }).toEqual({ code: 1, asked: [] });
    expect(no.noted.at(-1)).toBe('Nothing was done.');
    const yes = await sluice(underWay(), ['stop', 'd-GOLDEN004'], undefined, { api, ask: answering(true) });
    expect({ code: yes.code, count: asked.length }).toEqual({ code: 0, count: 1 });
    expect(questions[0]).toBe('Go ahead? [y/N] ');
  });

  it('exits 2 where there is nobody to ask, and says what to do', async () => {
    const { code, noted } = await sluice(underWay(), ['stop', 'd-GOLDEN004']);
    expect(code).toBe(2);
    expect(noted.join('\n')).toMatch(/^Stops d-GOLDEN004[^]*no terminal to ask in.*--yes goes ahead/);
  });

  it('says that it has ended, or is ending already', async () => {
    const ended = await sluice(openForBusiness(), ['stop', 'd-GOLDEN001', '--yes']);
    expect(ended.code).toBe(1);
    expect(ended.noted.join()).toMatch(/has ended already \(Succeeded\)\. .*sluice rollback shop\/live/);
    const renamed = openForBusiness();
    put(renamed, rowKeys.deploymentGroup(GROUP), { deploymentGroupId: GROUP, deploymentGroupName: 'prod' });
    const after = await sluice(renamed, ['stop', 'd-GOLDEN001', '--yes']);
    expect(after.noted.join()).toMatch(/sluice rollback shop\/prod$/);
    const tables = underWay();
    change(tables, 'd-GOLDEN004', { ending: { code: 'ALARM_ACTIVE', message: 'it rang' } });
    const ending = await sluice(tables, ['stop', 'd-GOLDEN004', '--yes']);
    expect(ending.noted.join()).toMatch(/is ending already \(ALARM_ACTIVE: it rang\)/);
  });

  it('is refused before it asks where the group is gone, and tells no way back there', async () => {
    const tables = underWay();
    const { pk } = rowKeys.deploymentGroup(GROUP);
    tables.rows = tables.rows.filter((row) => row.pk !== pk);
    const { code, noted } = await sluice(tables, ['stop', 'd-GOLDEN004'], undefined, {
      ask: async () => expect.fail('it asked'),
    });
    expect(code).toBe(1);
    expect(noted.join()).toMatch(/the group of d-GOLDEN004, shop\/live, was deleted/);
    const ended = await sluice(tables, ['stop', 'd-GOLDEN001', '--yes']);
    expect(ended.noted).toEqual(['sluice stop: d-GOLDEN001 has ended already (Succeeded).']);
  });

  it('says that it ended while the question was open', async () => {
    const { api } = acceptingApi();
    const stop = async (): Promise<string> => {
      throw new CannotDo('Deployment d-GOLDEN004 has already ended: Succeeded.');
    };
    const { code, printed, noted } = await sluice(underWay(), ['stop', 'd-GOLDEN004'], undefined, {
      api: { ...api, stop },
      ask: async () => true,
    });
    expect({ code, printed }).toEqual({ code: 1, printed: [] });
    expect(noted.at(-1)).toBe('sluice stop: Deployment d-GOLDEN004 has already ended: Succeeded.');
  });

  it('shows nothing of what a function said that would steer the terminal', async () => {
    const tables = underWay();
    const message = 'it said\u001b[2J\r\nd-GOLDEN001 is fine';
    change(tables, 'd-GOLDEN004', { ending: { code: 'HOOK_EXECUTION_FAILURE', message } });
    const { noted } = await sluice(tables, ['stop', 'd-GOLDEN004', '--yes']);
    expect(noted).toHaveLength(1);
    expect(noted[0]).not.toMatch(/\p{Cc}/u);
    expect(noted[0]).toContain('it said');
  });
});

describe('an id that is not known', () => {
  it.each(['stop', 'redeploy', 'rollback', 'watch', 'events'])(
    'of %s: near ones are named',
    async (command) => {
      const { code, noted } = await sluice(openForBusiness(), [command, 'd-golden04']);
      expect(code).toBe(1);
      expect(noted.join()).toMatch(
        /no deployment d-golden04 in .* Did you mean d-GOLDEN004 or .*sluice list/,
      );
    },
  );

  it('because it was not copied whole finds the one that begins so', async () => {
    const { noted } = await sluice(openForBusiness(), ['watch', 'd-GOLDEN']);
    expect(noted.join()).toMatch(/Did you mean d-GOLDEN\d+ or d-GOLDEN\d+/);
    const { noted: tooShort } = await sluice(openForBusiness(), ['watch', 'd-G']);
    expect(tooShort.join()).not.toMatch(/Did you mean/);
  });

  it('has none that is near', async () => {
    const { noted } = await sluice(openForBusiness(), ['stop', 'd-XYZXYZXYZ']);
    expect(noted.join()).not.toMatch(/Did you mean/);
  });
});

describe('sluice redeploy', () => {
  it('deploys the same revision to the same group, and prints the new id alone', async () => {
    const { api, asked } = acceptingApi();
    const words = ['redeploy', 'd-GOLDEN002', '--yes'];
    const { code, printed, noted } = await sluice(openForBusiness(), words, undefined, { api });
    expect({ code, printed }).toEqual({ code: 0, printed: ['d-NEWERONE1'] });
    expect(asked).toEqual([
      {
        applicationName: 'shop',
        deploymentGroupName: 'live',
        deploymentConfigName: 'TwentyForTwoMinutes',
        description: 'd-GOLDEN002 again',
        revision: { type: 'registered', location: reference(2, 3).location },
        guarded: true,
      },
    ]);
    expect(noted.join('\n')).toMatch(
      /^Deploys the revision \w{12} of d-GOLDEN002 to shop\/live again[^]*from version 2 to version 3[^]*sluice watch d-NEWERONE1$/,
    );
  });

  it('says that an object in S3 of no version is taken as it is by now', async () => {
    const tables = openForBusiness();
    const given = (location: object) => {
      const { created } = rowOf(tables, 'd-GOLDEN002');
      const revision = { ...created.revision, location };
      change(tables, 'd-GOLDEN002', { created: { ...created, revision } });
      return sluice(tables, ['redeploy', 'd-GOLDEN002'], undefined, { ask: async () => false });
    };
    const object = { revisionType: 'S3', bucket: 'releases', key: 'app.yaml', bundleType: 'YAML' };
    expect((await given(object)).noted[0]).toMatch(
      /^Deploys the revision s3:\/\/releases\/app\.yaml, as the object is now, of d-GOLDEN002 /,
    );
    expect((await given({ ...object, version: '7' })).noted[0]).toMatch(/app\.yaml of d-GOLDEN002 /);
  });

  it('is refused while another is under way, which is named', async () => {
    const { code, noted } = await sluice(underWay(), ['redeploy', 'd-GOLDEN002', '--yes']);
    expect(code).toBe(1);
    expect(noted.join()).toMatch(/d-GOLDEN004 is still under way in shop\/live\. .*sluice stop d-GOLDEN004/);
  });

  it('is refused where the group is gone', async () => {
    const tables = openForBusiness();
    const { pk } = rowKeys.deploymentGroup(GROUP);
    tables.rows = tables.rows.filter((row) => row.pk !== pk);
    const { code, noted } = await sluice(tables, ['redeploy', 'd-GOLDEN002', '--yes']);
    expect(code).toBe(1);
    expect(noted.join()).toMatch(/the group of d-GOLDEN002, shop\/live, was deleted/);
  });
});

describe('sluice rollback', () => {
  it.each([
    ['shop/live', 'd-GOLDEN003'],
    ['d-GOLDEN001', 'd-GOLDEN001'],
  ])('with %s goes from the version in place to the good one', async (argument, good) => {
    const { api, asked } = acceptingApi();
    const words = ['rollback', argument, '--yes'];
    const { code, printed, noted } = await sluice(onVersionThree(), words, undefined, { api });
    expect({ code, printed }).toEqual({ code: 0, printed: ['d-NEWERONE1'] });
    expect(noted[0]).toBe(
      `Moves the alias live of checkout (shop/live) back from version 3 to version 2, which ${good} deployed.`,
    );
    const content =
      '{"version":0.0,"Resources":[{"checkout":{"Type":"AWS::Lambda::Function","Properties":' +
      '{"Name":"checkout","Alias":"live","CurrentVersion":"3","TargetVersion":"2"}}}]}';
    expect(asked).toEqual([
      {
        applicationName: 'shop',
        deploymentGroupName: 'live',
        deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
        description: `Rollback by hand to version 2, which ${good} deployed`,
        revision: { type: 'written', content },
        guarded: false,
      },
    ]);
  });

  it('undoes a deployment that failed with all traffic on its version', async () => {
    const { noted } = await sluice(openForBusiness(), ['rollback', 'shop/live'], undefined, {
      ask: async () => false,
    });
    expect(noted[0]).toMatch(/back from version 3 to version 2, which d-GOLDEN003 deployed\.$/);
  });

  it('goes back before the first good one to the version that was there', async () => {
    const tables = openForBusiness();
    for (const id of [2, 3, 4, 5, 6, 7]) change(tables, `d-GOLDEN00${id}`, { admission: undefined });
    const { noted } = await sluice(tables, ['rollback', 'shop/live'], undefined, { ask: async () => false });
    expect(noted[0]).toMatch(/back from version 2 to version 1, which was there before d-GOLDEN001\.$/);
  });

  it.each([
    ['d-GOLDEN004', /version 3, which d-GOLDEN004 deployed, is in place already/],
    ['d-GOLDEN002', /d-GOLDEN002 has not succeeded \(Stopped\)/],
    ['shop/dead', /has no group dead/],
    ['shoe/live', /no application shoe/],
  ])('to %s is refused with the reason', async (argument, message) => {
    const { code, noted } = await sluice(onVersionThree(), ['rollback', argument, '--yes']);
    expect(code).toBe(1);
    expect(noted.join()).toMatch(message);
  });

  it('does not guess what is in place where an alias was left divided', async () => {
    const tables = openForBusiness();
    change(tables, 'd-GOLDEN007', { admission: undefined });
    const { code, noted } = await sluice(tables, ['rollback', 'shop/live', '--yes']);
    expect(code).toBe(1);
    expect(noted.join()).toMatch(/not known what is in place, since d-GOLDEN005 .*aws lambda update-alias/);
  });

  it('does not guess what is in place where somebody else brought in a third version', async () => {
    const tables = onVersionThree();
    const message = 'The alias live of checkout is on version 9, which is none of this deployment.';
    const restore = { status: 'done', outcome: 'left-alone', message };
    change(tables, 'd-GOLDEN004', { status: 'Failed', restore });
    const { code, noted } = await sluice(tables, ['rollback', 'shop/live', '--yes']);
    expect(code).toBe(1);
    expect(noted.join()).toMatch(/not known what is in place after d-GOLDEN004: .*version 9/);
  });

  it.each(['shop/', '/live'])('does not understand %s', async (argument) => {
    expect((await sluice(openForBusiness(), ['rollback', argument])).code).toBe(2);
  });

  it('says so where nothing was ever deployed', async () => {
    const tables = openForBusiness();
    const { pk } = rowKeys.deploymentOfGroup(GROUP, 0, '');
    tables.rows = tables.rows.filter((row) => row.pk !== pk);
    const { noted } = await sluice(tables, ['rollback', 'shop/live', '--yes']);
    expect(noted.join()).toMatch(/nothing was deployed lately in shop\/live/);
  });
});
