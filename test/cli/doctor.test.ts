import { describe, expect, it } from 'vitest';
import { rowKeys } from '../../core/views/row-keys.ts';
import { MINUTE, NOW, type Scene, TOLD, doctor, ready, scene, putGroup } from './doctored.ts';
import { ALARM_TOPIC, QUEUE, ROLE, alarmStatements, fakeAccount, stock } from './fake-account.ts';
import { memoryTables } from './memory-tables.ts';
import { put } from './operating.ts';

describe('sluice doctor', () => {
  it('says first what it looks at, and finds nothing wrong with what is well', async () => {
    const { code, printed, text } = await doctor(scene());
    expect(printed[0]).toBe(
      '✓ installation: real: the stack Sluice in the account 123456789012, eu-north-1 of AWS',
    );
    expect(text).not.toMatch(/^[!✗]/m);
    expect(text).toMatch(/^✓ service roles: 1 role trusted/m);
    expect(text).toMatch(/^✓ sweep: came 20s ago$/m);
    expect({ code, lines: printed.length }).toEqual({ code: 0, lines: 10 });
  });

  it('finds nothing wrong with a fresh installation', async () => {
    const tables = memoryTables({ allEvents: () => [], allRows: () => [] });
    const { code, text } = await doctor({ account: fakeAccount(stock, NOW), tables });
    expect(code).toBe(0);
    expect(text).toMatch(/service roles: no group names one yet/);
  });

  it('says that an emulator answers', async () => {
    const { account, tables } = scene();
    account.contents.identity = { ...account.contents.identity, host: '127.0.0.1' };
    const { printed, text } = await doctor({ account, tables });
    expect(printed[0]).toMatch(/^✓ installation: emulated: .* on 127\.0\.0\.1$/);
    expect(text).toMatch(/^! alarms: .*checkout-5xx .* does not notify Sluice.*\n {4}.*--alarm-actions/m);
  });

  it('gives one line of JSON for each finding', async () => {
    const { account, tables } = scene();
    account.contents.depth = 2;
    const { code, printed } = await doctor({ account, tables }, '--json');
    expect(code).toBe(1);
    const findings = printed.map((line) => JSON.parse(line) as { check: string });
    expect(findings.find(({ check }) => check === 'dead letters')).toEqual({
      check: 'dead letters',
      level: 'red',
      words: `2 messages in ${QUEUE}`,
      remedy: expect.stringContaining('purge-queue'),
    });
  });
});

describe('sluice doctor exits 1, and says what to do, where', () => {
  it.each<readonly [string, (scene: Scene) => void, RegExp]>([
    [
      'a role is gone',
      ({ account }) => account.contents.found.clear(),
      /service roles: there is no role .*shop\/prod.*\n.*update-deployment-group --application-name shop/,
    ],
    [
      'a role is gone that two groups name',
      ({ account, tables }) => {
        putGroup(tables, 'staging');
        account.contents.found.clear();
      },
      /service roles: there is no role .*shop\/prod and 1 more /,
    ],
    [
      'a role does not trust Sluice',
      ({ account }) =>
        void account.contents.found.set(ROLE, { status: 'found', role: { ...stock, applications: 'shop' } }),
      /service roles: \S+ does not trust Sluice\n {4}npx sluice role trust \S+Lambda$/,
    ],
    [
      'a role is not lent to an application',
      ({ account }) =>
        void account.contents.found.set(ROLE, { status: 'found', role: { ...ready, applications: 'x' } }),
      /service roles: \S+ is not lent to shop\n {4}npx sluice role trust \S+ --application shop$/,
    ],
    [
      'an alarm is missing',
      ({ account }) => void (account.contents.alarms = []),
      /alarms: there is no alarm checkout-5xx, .*shop\/prod.*their deployments fail\n.*Create it/,
    ],
    [
      "a trigger's topic is gone",
      ({ account }) => void account.contents.topics.delete(TOLD),
      /topics: there is no topic \S+:deployments, .*shop\/prod.*\n.*aws sns create-topic --name deployments/,
    ],
    [
      'the topic of alarms is gone',
      ({ account }) => void account.contents.topics.delete(ALARM_TOPIC),
      /topics: the topic of alarms \S+ is gone/,
    ],
    [
      "the stack's own topic is gone",
      ({ account: { contents } }) =>
        void (contents.outputs = { ...contents.outputs, NotificationTopicArn: 'arn:gone' }),
      /topics: the stack's own topic arn:gone is gone/,
    ],
    [
      'anybody can stop a deployment',
      ({ account }) =>
        void account.contents.topics.set(ALARM_TOPIC, { Statement: alarmStatements.slice(0, 1) }),
      /topics: .*others than AWS services can notify it\n {4}aws sns set-topic-attributes .*NobodyElse/,
    ],
    [
      'alarms can no longer',
      ({ account }) => void account.contents.topics.set(ALARM_TOPIC, { Statement: alarmStatements.slice(1) }),
      /topics: .*alarms of this account cannot notify it\n.*CloudWatchOfThisAccount/,
    ],
    [
      'letters are dead',
      ({ account }) => void (account.contents.depth = 1),
      /dead letters: 1 message in .*\n.*receive-message .*purge-queue/,
    ],
    [
      'somebody was not told of a deployment',
      ({ account: { contents } }) => {
        contents.depth = 1;
        contents.resources = [
          { type: 'AWS::SQS::Queue', logicalId: 'NotificationsDeadLetters3B', physicalId: QUEUE },
        ];
      },
      /dead letters: 1 message in .*\n.*sluice republish --since/,
    ],
    [
      'the sweep no longer comes',
      ({ account }) => void (account.contents.lastSweep = NOW - 3 * MINUTE - 1),
      /sweep: has not come for 3m\n.*aws lambda invoke/,
    ],
    [
      'the sweep has never come',
      ({ account }) => void (account.contents.lastSweep = undefined),
      /sweep: has not come yet\n.*aws lambda invoke/,
    ],
    [
      'deployments are overdue',
      ({ tables }) => put(tables, rowKeys.due(NOW - 4 * MINUTE, 'd-OVERDUE01'), {}),
      /sweep: 1 deployment is overdue: d-OVERDUE01\n.*npx sluice watch d-OVERDUE01/,
    ],
    [
      'the log can be deleted',
      ({ account: { contents } }) => void (contents.table = { deletionProtection: false, stream: true }),
      /log table: Sluice-Log can be deleted\n.*--deletion-protection-enabled/,
    ],
    [
      'the log cannot be brought back',
      ({ account }) => void (account.contents.recovery = false),
      /log table: .*point in time\n.*update-continuous-backups/,
    ],
    [
      'the stream of the log is off',
      ({ account: { contents } }) => void (contents.table = { deletionProtection: true, stream: false }),
      /log table: the stream .*no workflow is started\n.*StreamEnabled=true/,
    ],
    [
      'nothing reads the stream',
      ({ account: { contents } }) => void (contents.mapping = { ...contents.mapping, state: 'Disabled' }),
      /stream and rules: .*no longer reaches Sluice-OnEvents\n.*update-event-source-mapping --uuid a-mapping/,
    ],
    [
      'a rule is switched off',
      ({ account }) => void (account.contents.rule = 'disabled'),
      /stream and rules: the rule Sluice-AlarmRings is switched off\n.*aws events enable-rule/,
    ],
    [
      'the clock is so wrong that nothing can be signed',
      ({ account: { contents } }) =>
        void (contents.identity = { ...contents.identity, date: new Date(NOW + 301_000) }),
      /clock: .*301 s behind .*AWS refuses what it signs\n.*NTP/,
    ],
  ])('%s', async (_, harm, line) => {
    const broken = scene();
    harm(broken);
    const { code, text } = await doctor(broken);
    expect(text).toMatch(new RegExp(`^✗ ${line.source}`, 'm'));
    expect(code).toBe(1);
  });
});
