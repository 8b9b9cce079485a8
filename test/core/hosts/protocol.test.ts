import { describe, expect, test } from 'vitest';
import {
  hostInputShapes,
  hostOperationOf,
  hostOutputShapes,
  isNoopAcknowledged,
  isOwnAgent,
} from '../../../core/hosts/protocol.ts';

describe('the operation that a target names', () => {
  test.each([
    ['CodeDeployCommandService_v20141006.PollHostCommand', 'PollHostCommand'],
    ['CodeDeployCommandService.PutHostCommandComplete', 'PutHostCommandComplete'],
  ])('is known by either prefix: %s', (target, operation) => {
    expect(hostOperationOf(target)).toBe(operation);
  });

  test.each([
    '',
    'PollHostCommand',
    'CodeDeploy_20141006.CreateDeployment',
    'CodeDeployCommandService.pollHostCommand',
    'CodeDeployCommandService_v20141006.CodeDeployCommandService.PollHostCommand',
    'x.CodeDeployCommandService.PollHostCommand',
  ])('is none in %j', (target) => {
    expect(hostOperationOf(target)).toBeUndefined();
  });
});

describe('what agents send', () => {
  test('keeps no unlisted member, and takes a null for an absent one', () => {
    const sent = {
      HostCommandIdentifier: 'c',
      HostCommandMaxDurationInSeconds: 60,
      Diagnostics: null,
      EstimatedCompletionTime: '2026-11-25T08:00:00Z',
    };
    expect(hostInputShapes.PostHostCommandUpdate.parse(sent)).toEqual({ HostCommandIdentifier: 'c' });
    expect(hostInputShapes.PutHostCommandAcknowledgement.parse(sent)).toEqual({ HostCommandIdentifier: 'c' });
  });

  test('is refused without what it is about', () => {
    expect(hostInputShapes.PollHostCommand.safeParse({ HostIdentifier: '' }).success).toBe(false);
    const complete = { HostCommandIdentifier: 'c', CommandStatus: 'InProgress' };
    expect(hostInputShapes.PutHostCommandComplete.safeParse(complete).success).toBe(false);
  });

  test.each([
    ['{"IsCommandNoop":true}', true],
    ['{"IsCommandNoop":false}', false],
    ['{"IsCommandNoop":"true"}', false],
    ['null', false],
    ['{"IsCommand', false],
  ])('says by %s whether there is something to run', (Payload, isNoop) => {
    expect(isNoopAcknowledged({ Payload })).toBe(isNoop);
  });

  test('with no diagnostics there is something to run', () => {
    expect(isNoopAcknowledged(undefined)).toBe(false);
  });
});

test('an empty poll may be an empty object or a null', () => {
  expect(hostOutputShapes.PollHostCommand.parse({})).toEqual({});
  expect(hostOutputShapes.PollHostCommand.parse({ HostCommand: null })).toEqual({});
});

test('our own agent is known by its version', () => {
  expect(['sluice/0.1.0', 'OFFICIAL_1.8.1-30_deb', '2.0.0', undefined].map(isOwnAgent)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
