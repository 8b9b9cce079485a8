import { trustStatement } from '../../core/registry/service-role-trust.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import { type FakeAccount, ROLE, TRUSTED, fakeAccount } from './fake-account.ts';
import { type Ran, memoryTables, sluice } from './memory-tables.ts';
import { put } from './operating.ts';

/** Where the clock of the command line stands in these tests. */
export const NOW = 1_793_615_400_000;
export const MINUTE = 60_000;
export const TOLD = 'arn:aws:sns:eu-north-1:123456789012:deployments';
export const ready = { trust: { Statement: [trustStatement([TRUSTED])] }, applications: 'shop' };

export interface Scene {
  readonly account: FakeAccount;
  readonly tables: ReturnType<typeof memoryTables>;
}

/** The group shop/prod, which names the role and watches an alarm, in an account that lacks nothing. */
export function scene(alarmConfiguration: object = {}): Scene {
  const tables = memoryTables({ allEvents: () => [], allRows: () => [] });
  const application = { applicationId: 'a-1', applicationName: 'shop', computePlatform: 'Lambda' };
  put(tables, rowKeys.applicationName('shop'), application);
  put(tables, rowKeys.application('a-1'), application);
  putGroup(tables, 'prod', alarmConfiguration);
  const account = fakeAccount(ready, NOW);
  account.contents.topics.set(TOLD, {});
  return { account, tables };
}

/** A group of shop that names the same role, alarm and topic as every other one of the scene. */
export function putGroup(tables: Scene['tables'], name: string, alarmConfiguration: object = {}): void {
  const group = { deploymentGroupId: `g-${name}`, applicationId: 'a-1', deploymentGroupName: name };
  put(tables, rowKeys.deploymentGroupName('a-1', name), group);
  put(tables, rowKeys.deploymentGroup(`g-${name}`), {
    ...group,
    settings: {
      serviceRoleArn: ROLE,
      alarmConfiguration: { enabled: true, alarms: [{ name: 'checkout-5xx' }], ...alarmConfiguration },
      triggerConfigurations: [{ triggerName: 'told', triggerTargetArn: TOLD }],
    },
  });
}

export async function doctor(
  { account, tables }: Scene,
  ...words: readonly string[]
): Promise<Ran & { readonly text: string }> {
  const ran = await sluice(tables, ['doctor', ...words], undefined, { account });
  return { ...ran, text: ran.printed.join('\n') };
}
