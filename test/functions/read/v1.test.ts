import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import {
  errorAnswer,
  eventsAnswer,
  fleetView,
  outputAnswer,
  targetPicture,
  targetsAnswer,
  timelineAnswer,
} from '../../../core/views/v1.ts';
import { routes } from '../../../functions/read/v1.ts';
import { EVENTS, TIMELINE, answer, get, ids, load, refusal } from './reading.ts';

describe('GET /v1/deployments/{id}/events', () => {
  it.each(ids)('answers the whole log of %s as its schema says', async (id) => {
    const { deploymentId, events, ...rest } = await answer(eventsAnswer, EVENTS, id);
    const stored = await load(`deployment#${id}`);
    expect(deploymentId).toBe(id);
    expect(rest).toEqual({ version: '1' });
    expect(
      events.map(({ at, actor, data, ...event }) => ({
        ...event,
        at: Date.parse(at),
        actor: JSON.stringify(actor),
        data: JSON.stringify(data),
      })),
    ).toEqual(
      stored.map(({ version, type, at, actor, cause, data, hash }) => {
        return { version, type, at, actor, cause, data, hash };
      }),
    );
  });

  it('answers page by page, each event once and the last page without a next', async () => {
    const id = 'd-GOLDEN004';
    const all = (await answer(eventsAnswer, EVENTS, id)).events;
    const seen: typeof all = [];
    let after: number | undefined = 0;
    let pages = 0;
    while (after !== undefined) {
      const page: z.infer<typeof eventsAnswer> = await answer(eventsAnswer, EVENTS, id, {
        after: String(after),
        limit: '4',
      });
      seen.push(...page.events);
      pages += 1;
      after = page.nextAfter;
    }
    expect(seen).toEqual(all);
    expect(pages).toBe(3);
  });

  it('has no next page where the page holds the last event', async () => {
    const { events } = await answer(eventsAnswer, EVENTS, 'd-GOLDEN004');
    const page = await answer(eventsAnswer, EVENTS, 'd-GOLDEN004', { limit: String(events.length) });
    expect(page).not.toHaveProperty('nextAfter');
  });

  it('behind the last event is empty, and a reader may ask again from there', async () => {
    expect(await answer(eventsAnswer, EVENTS, 'd-GOLDEN004', { after: '11' })).toEqual({
      version: '1',
      deploymentId: 'd-GOLDEN004',
      events: [],
    });
  });

  it.each([
    [{ after: '-1' }, 'after'],
    [{ after: '1.5' }, 'after'],
    [{ after: '' }, 'after'],
    [{ after: '1,2' }, 'after'],
    [{ after: '99999999999999999999' }, 'after'],
    [{ limit: '0' }, 'from 1 to 500'],
    [{ limit: '501' }, 'from 1 to 500'],
    [{ limit: 'all' }, 'limit'],
    [{ from: '3' }, '"from" is unknown'],
  ])('refuses %j with 400 and says what is wrong', async (parameters, message) => {
    expect(await refusal(EVENTS, 'd-GOLDEN004', parameters)).toMatchObject({
      status: 400,
      code: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });
});

describe('GET /v1/deployments/{id}/timeline', () => {
  it.each(ids)('tells %s as its schema says', async (id) => {
    const { entries, deploymentId } = await answer(timelineAnswer, TIMELINE, id);
    expect(deploymentId).toBe(id);
    expect(entries.map(({ version, type }) => [version, type])).toEqual(
      (await load(`deployment#${id}`)).map(({ version, type }) => [version, type]),
    );
  });

  it('says what came of it, and when in UTC', async () => {
    const { status, lifecycleEvents, traffic, errorInformation, entries, ...rest } = await answer(
      timelineAnswer,
      TIMELINE,
      'd-GOLDEN002',
    );
    expect({ status, code: errorInformation?.code }).toEqual({ status: 'Stopped', code: 'ALARM_ACTIVE' });
    expect(lifecycleEvents.map((event) => event.status)).toEqual(['Succeeded', 'Failed', 'Skipped']);
    expect(traffic).toMatchObject({ currentVersion: '2', targetVersion: '3', weight: 0 });
    expect(rest).not.toHaveProperty('waitingFor');
    expect(entries[5]).toEqual({
      version: 6,
      at: '2026-11-02T09:14:09.894Z',
      elapsedSeconds: 0.57,
      sentence: 'AllowTraffic: 20 % of the traffic on version 3, until 2026-11-02T09:16:09.684Z',
      type: 'TrafficShifted',
      actor: { type: 'execution', id: expect.stringContaining(':d-GOLDEN002') },
    });
  });

  it('takes no parameters', async () => {
    expect(await refusal(TIMELINE, 'd-GOLDEN002', { limit: '3' })).toMatchObject({
      status: 400,
      message: expect.stringContaining('"limit" is unknown'),
    });
  });
});

describe.each([...routes.keys()])('%s', (route) => {
  it('is JSON, and carries the id of the request', async () => {
    expect((await get(route, 'd-GOLDEN001', null)).headers).toEqual({
      'content-type': 'application/json',
      'x-amzn-requestid': 'r-1',
    });
  });

  it('answers 404 where there is no such deployment', async () => {
    for (const parameters of route === EVENTS ? [undefined, { after: '7' }] : [undefined]) {
      expect(await refusal(route, 'd-NOTTHERE1', parameters)).toEqual({
        status: 404,
        code: 'DeploymentDoesNotExistException',
        message: 'No deployment found for id: d-NOTTHERE1',
      });
    }
  });

  it.each(['', 'd-1', 'd-golden001', 'd-GOLDEN0011', 'x'.repeat(5000), 'd-GOLDEN001#2'])(
    'answers 400 to the malformed id %#',
    async (id) => {
      expect(await refusal(route, id)).toMatchObject({ status: 400, code: 'InvalidDeploymentIdException' });
    },
  );

  it('answers 403 to a request that names no IAM caller, before anything is read', async () => {
    const untouched = { load: async () => Promise.reject(new Error('it was read')) };
    for (const authorizer of [undefined, null, {}, { iam: null }, { iam: { userArn: '' } }]) {
      const changes = {
        requestContext: { requestId: 'r-1', ...(authorizer !== undefined && { authorizer }) },
      };
      expect(await refusal(route, 'd-GOLDEN001', undefined, changes, untouched)).toMatchObject({
        status: 403,
        code: 'AccessDeniedException',
      });
    }
  });

  it('answers 500 without a word of what went wrong inside', async () => {
    const broken = { load: async () => Promise.reject(new Error('the secret of the table')) };
    const answered = await refusal(route, 'd-GOLDEN001', undefined, {}, broken);
    expect(answered).toMatchObject({ status: 500, code: 'InternalFailure' });
    expect(answered.message).not.toContain('secret');
  });
});

it('no answer has a member that would let its reader act', async () => {
  const names = new Set<string>();
  for (const id of ids) {
    for (const route of routes.keys()) {
      JSON.stringify((await get(route, id)).json, (name, value: unknown) => {
        names.add(name);
        return value;
      });
    }
  }
  // Of the id that a validation function answers with there is a hash alone.
  expect([...names].filter((name) => /token|secret|password|executionId$/i.test(name))).toEqual([]);
});

it('another route is 404', async () => {
  expect(await refusal('GET /v1/deployments/{deploymentId}', 'd-GOLDEN001')).toMatchObject({ status: 404 });
});

describe('docs/api-v1.md', () => {
  const page = readFileSync(new URL('../../../docs/api-v1.md', import.meta.url), 'utf8');
  const example = (name: string): unknown => {
    const [, text] = new RegExp(`\`\`\`json ${name}\\n([^]*?)\`\`\``).exec(page) ?? [];
    return JSON.parse(text ?? '');
  };

  it('shows an answer about events as it is given', async () => {
    const { json } = await get(EVENTS, 'd-GOLDEN002', { after: '5', limit: '2' });
    expect(example('events')).toEqual(json);
  });

  it('shows answers with a timeline, with targets and with an error that keep to their schemas', () => {
    expect(timelineAnswer.parse(example('timeline'))).toEqual(example('timeline'));
    expect(targetsAnswer.parse(example('targets'))).toEqual(example('targets'));
    expect(outputAnswer.parse(example('output'))).toEqual(example('output'));
    expect(errorAnswer.parse(example('error'))).toEqual(example('error'));
  });

  it('names every member', () => {
    const schemas = [
      eventsAnswer,
      eventsAnswer.shape.events.element,
      timelineAnswer,
      fleetView,
      outputAnswer,
      targetPicture,
      targetPicture.shape.lifecycleEvents.element,
    ];
    const members = schemas.flatMap(({ shape }) => Object.keys(shape));
    expect(members.filter((member) => !page.includes(member))).toEqual([]);
  });

  it('names the statuses that are answered and the bounds of a page', async () => {
    for (const word of [
      '400',
      '403',
      '404',
      '500',
      'ValidationException',
      'from 1 to 500; 100 where',
      'from 1 to 50; 50 where',
    ]) {
      expect(page).toContain(word);
    }
  });
});
