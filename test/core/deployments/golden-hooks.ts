import type { Actor } from '../../../core/decider.ts';
import { type Does, arn, by, create, finish, reference, startTo, to } from './golden-commands.ts';

const ID = 'd-GOLDEN007';
const functions: Actor = { type: 'user', id: 'validation function' };
const before = { lifecycleEventName: 'BeforeAllowTraffic', hookExecutionIdHash: 'b'.repeat(64) } as const;
const after = { lifecycleEventName: 'AfterAllowTraffic', hookExecutionIdHash: 'a'.repeat(64) } as const;

/** Two validation functions: the first calls back and then returns, the second throws. */
export async function hooksValidate(does: Does): Promise<void> {
  const steps = [{ weight: 100 }];
  const hooks = { beforeAllowTraffic: 'CodeDeployHook_before', afterAllowTraffic: 'CodeDeployHook_after' };
  const autoRollback = { enabled: false, events: [] };
  await does(
    functions,
    30_000,
    create(ID, 2, 3, { trafficSteps: steps, autoRollback, revision: reference(2, 3) }),
  );
  await startTo(does, ID, 2, 3, { hooks });
  const { hookExecutionIdHash } = before;
  await does(by(ID), 10, to(ID, { type: 'BeginHook', data: { ...arn(ID), ...before } }));
  await does(
    functions,
    900,
    to(ID, { type: 'AnswerHook', data: { hookExecutionIdHash, way: 'callback', status: 'Succeeded' } }),
  );
  await does(
    by(ID),
    100,
    to(ID, {
      type: 'AnswerHook',
      data: { hookExecutionIdHash, way: 'return', status: 'Succeeded', message: 'all prices are right' },
    }),
  );
  await does(by(ID), 20, to(ID, { type: 'BeginShift', data: arn(ID) }));
  await does(by(ID), 60, (at) =>
    to(ID, {
      type: 'CompleteShift',
      data: {
        ...arn(ID),
        step: 1,
        change: 'moved',
        enteredAt: at,
        policy: { timeScale: 1, bakeGraceSeconds: 60 },
      },
    }),
  );
  await does(by(ID), 10, to(ID, { type: 'BeginHook', data: { ...arn(ID), ...after } }));
  await does(
    by(ID),
    1_200,
    to(ID, {
      type: 'AnswerHook',
      data: {
        hookExecutionIdHash: after.hookExecutionIdHash,
        way: 'error',
        status: 'Failed',
        errorCode: 'ScriptFailed',
        message: 'Error: no price for item 7',
        logTail: 'item 6 is right',
      },
    }),
  );
  await finish(does, ID, 'd-NEVER0007');
}
