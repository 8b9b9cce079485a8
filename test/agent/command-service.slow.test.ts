import { describe, expect, it } from 'vitest';
import { commandService } from '../../agent/command-service.ts';
import { gapSeconds } from '../../agent/poll-gap.ts';
import { agentOnAHost } from './agent-on-a-host.ts';
import { HOST } from './command-server.ts';

const host = agentOnAHost();

const poll = () =>
  commandService(new URL(host.server.endpoint), 'sluice/1.2.3').call('PollHostCommand', {
    HostIdentifier: HOST,
  });

const answered = (status: number, type?: string, message = 'words') =>
  host.server.answers.set('PollHostCommand', () => ({
    status,
    body: type === undefined ? {} : { __type: type, message },
  }));

describe('a call of the service', () => {
  it('is repeated where it was throttled', async () => {
    const answers = [
      { status: 429, body: {} },
      { status: 400, body: { __type: 'ThrottlingException' } },
    ];
    host.server.answers.set('PollHostCommand', () => answers.shift());
    expect(await poll()).toEqual({ HostCommand: undefined });
    expect(host.server.polls).toBe(3);
  });

  it('is repeated three times where nothing can be read of the answer, and has failed then', async () => {
    answered(502);
    await expect(poll()).rejects.toMatchObject({ kind: 'unanswered' });
    expect(host.server.polls).toBe(4);
  }, 15_000);

  it.each([
    [400, 'ClientException', 'refused'],
    [400, 'com.amazon#AccessDeniedException', 'refused'],
    [400, 'UnrecognizedClientException', 'locked out'],
  ])('is not repeated where it is answered %i %s: it is %s', async (status, type, kind) => {
    answered(status, type);
    const words = `PollHostCommand: ${status} ${type.replace(/^.*#/, '')} words`;
    await expect(poll()).rejects.toMatchObject({ kind, message: words });
    expect(host.server.polls).toBe(1);
  });
});

it('The gap after errors grows to a minute and a half', () => {
  const gaps = Array.from({ length: 12 }, (_, errors) => gapSeconds(errors));
  expect(gaps).toEqual([0, 10, 13, 17, 21, 27, 34, 44, 56, 71, 90, 90]);
});
