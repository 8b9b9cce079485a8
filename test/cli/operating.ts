import { rowKeys } from '../../core/views/row-keys.ts';
import type { DeploymentsApi } from '../../cli/deployments-api.ts';
import { APPLICATION, GROUP } from '../core/deployments/golden-commands.ts';
import { goldenHistory } from '../core/deployments/golden-history.ts';
import { type MemoryTables, memoryTables } from './memory-tables.ts';

const store = await goldenHistory();

/** The golden morning before its end, when the application and the group shop/live were still there. */
export function openForBusiness(): MemoryTables {
  const tables = memoryTables(store);
  const group = { deploymentGroupId: GROUP, applicationId: APPLICATION, deploymentGroupName: 'live' };
  const application = { applicationId: APPLICATION, applicationName: 'shop', computePlatform: 'Lambda' };
  for (const [key, data] of [
    [rowKeys.applicationName('shop'), application],
    [rowKeys.application(APPLICATION), application],
    [rowKeys.deploymentGroupName(APPLICATION, 'live'), group],
    [rowKeys.deploymentGroup(GROUP), group],
  ] as const) {
    put(tables, key, data);
  }
  return tables;
}

export function put(tables: MemoryTables, { pk, sk }: { pk: string; sk: string }, data: object): void {
  tables.rows = tables.rows.filter((item) => item.pk !== pk || item.sk !== sk);
  tables.rows.push({ pk, sk, owner: 'a test', data: JSON.stringify(data) });
}

/** Changes what the row of a deployment holds. */
export function change(tables: MemoryTables, deploymentId: string, changes: object): void {
  const key = rowKeys.deployment(deploymentId);
  const row = tables.rows.find(({ pk, sk }) => pk === key.pk && sk === key.sk);
  const data = row !== undefined && 'data' in row ? (JSON.parse(row.data) as object) : {};
  put(tables, key, { ...data, ...changes });
}

/** An API that accepts everything and keeps what it was asked. */
export function acceptingApi(): { readonly api: DeploymentsApi; readonly asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    api: {
      stop: async (wish) => {
        asked.push(wish);
        return 'The stop is pending.';
      },
      create: async (wanted) => {
        asked.push(wanted);
        return 'd-NEWERONE1';
      },
      createGroup: async (wanted) => void asked.push(wanted),
      deleteGroup: async (names) => void asked.push(names),
    },
  };
}
