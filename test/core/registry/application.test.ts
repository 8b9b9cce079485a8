import { describe, expect, it } from 'vitest';
import { type ApplicationEvent, application } from '../../../core/registry/application.ts';
import { computePlatformOf } from '../../../core/registry/compute-platform.ts';
import { rowKeys } from '../../../core/views/row-keys.ts';
import { GIVEN_AT, ISSUED_AT, given, refusalOf } from '../given.ts';

const shop = { applicationId: 'id-1', applicationName: 'shop', computePlatform: 'Lambda' } as const;
const created: ApplicationEvent = { type: 'ApplicationCreated', data: shop };
const renamed: ApplicationEvent = { type: 'ApplicationRenamed', data: { applicationName: 'store' } };
const deleted: ApplicationEvent = { type: 'ApplicationDeleted', data: {} };
const rename = { type: 'RenameApplication', data: { newApplicationName: 'store' } } as const;
const remove = { type: 'DeleteApplication', data: {} } as const;

describe('an application', () => {
  it('is created, reserves its name and can be read', () => {
    given(application)
      .when({ type: 'CreateApplication', data: shop })
      .then([created])
      .rows(
        { ...rowKeys.applicationName('shop'), data: { applicationId: 'id-1' } },
        { ...rowKeys.application('id-1'), data: { ...shop, createdAt: ISSUED_AT } },
      );
  });

  it('is for Lambda or Server, and refused for ECS, saying what is built', () => {
    const server = { ...shop, computePlatform: 'Server' } as const;
    given(application)
      .when({ type: 'CreateApplication', data: server })
      .then([{ type: 'ApplicationCreated', data: server }]);
    given(application)
      .when({ type: 'CreateApplication', data: { ...shop, computePlatform: 'ECS' } })
      .refused(
        'InvalidComputePlatformException',
        'ECS is not built yet. Pass computePlatform Lambda or Server',
      );
  });

  it('cannot take a name that another one has', () => {
    const name = { ...rowKeys.applicationName('shop'), data: {} };
    expect(application.taken(name, name)).toMatchObject({ code: 'ApplicationAlreadyExistsException' });
    const own = { ...rowKeys.application('id-1'), data: {} };
    expect(application.taken(own, own)).toBeUndefined();
  });

  it('is renamed, and keeps its id and the time of its creation', () => {
    given(application, [created])
      .when(rename)
      .then([renamed])
      .rows(
        { ...rowKeys.applicationName('store'), data: { applicationId: 'id-1' } },
        {
          ...rowKeys.application('id-1'),
          data: { ...shop, applicationName: 'store', createdAt: GIVEN_AT },
        },
      );
  });

  it('renamed to the name it has stays as it is', () => {
    given(application, [created, renamed]).when(rename).then([]);
  });

  it('that is not there cannot be renamed', () => {
    given(application).when(rename).refused('ApplicationDoesNotExistException');
    given(application, [created, deleted])
      .when(rename)
      .refused('ApplicationDoesNotExistException', /found for name: shop$/);
  });

  it('is deleted with its rows, and deleting it again is no error', () => {
    given(application, [created]).when(remove).then([deleted]).rows();
    given(application, [created, deleted]).when(remove).then([]).rows();
    given(application).when(remove).then([]);
  });

  it('is never created twice in one stream', () => {
    given(application, [created])
      .when({ type: 'CreateApplication', data: shop })
      .refused('ApplicationAlreadyExistsException');
  });
});

describe('the tags of an application', () => {
  const team = { Key: 'team', Value: 'shop' };
  const stage = { Key: 'stage', Value: 'live' };
  const tagged: ApplicationEvent = { type: 'ApplicationTagged', data: { tags: [team] } };
  const tag = { type: 'TagApplication', data: { applicationName: 'shop', tags: [stage, team] } } as const;
  const untag = (...tagKeys: string[]) =>
    ({ type: 'UntagApplication', data: { applicationName: 'shop', tagKeys } }) as const;
  const own = [
    { ...rowKeys.applicationName('shop'), data: { applicationId: 'id-1' } },
    { ...rowKeys.application('id-1'), data: { ...shop, createdAt: GIVEN_AT } },
  ];

  it('may come with its creation, and have a row of their own', () => {
    given(application)
      .when({ type: 'CreateApplication', data: { ...shop, tags: [team] } })
      .then([created, tagged])
      .rows(
        { ...rowKeys.applicationName('shop'), data: { applicationId: 'id-1' } },
        { ...rowKeys.application('id-1'), data: { ...shop, createdAt: ISSUED_AT } },
        { ...rowKeys.tagsOfApplication('id-1'), data: { tags: [team] } },
      );
  });

  it('are added, of which only those that are new are a fact', () => {
    given(application, [created, tagged])
      .when(tag)
      .then([{ type: 'ApplicationTagged', data: { tags: [stage] } }])
      .rows(...own, { ...rowKeys.tagsOfApplication('id-1'), data: { tags: [stage, team] } });
    given(application, [created, tagged])
      .when({ type: 'TagApplication', data: { applicationName: 'shop', tags: [team] } })
      .then([]);
  });

  it('are removed, and their row with the last', () => {
    given(application, [created, tagged])
      .when(untag('team', 'nobody'))
      .then([{ type: 'ApplicationUntagged', data: { tagKeys: ['team'] } }])
      .rows(...own);
    given(application, [created]).when(untag('team')).then([]);
  });

  it('go with the application', () => {
    given(application, [created, tagged]).when(remove).then([deleted]).rows();
    for (const command of [tag, untag('team')]) {
      given(application, [created, deleted])
        .when(command)
        .refused('ApplicationDoesNotExistException', /found for name: shop$/);
    }
  });
});

describe('a compute platform', () => {
  it('is Server when absent, and one of three words otherwise', () => {
    expect(computePlatformOf(undefined)).toBe('Server');
    expect(computePlatformOf('ECS')).toBe('ECS');
    const refusal = refusalOf(() => computePlatformOf('Kubernetes'));
    expect(refusal.code).toBe('InvalidComputePlatformException');
    expect(refusal.message).toMatch(/"Kubernetes".*Server, Lambda, ECS/);
  });
});
