import type { DeploymentRow } from '../../core/views/deployment-rows.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { applicationOf } from '../runtime/registered.ts';

/**
 * The rows as the caller of one application sees them: a deployment of another is not there. So a call that names one
 * is answered, whatever it asks, exactly as if it named none at all.
 */
export function rowsOfApplication(rows: RowReader, applicationName: string): RowReader {
  return {
    ...rows,
    get: async (key) => {
      const row = await rows.get(key);
      if (row === undefined || !key.pk.startsWith(DEPLOYMENT)) return row;
      const { created } = JSON.parse(row.data) as DeploymentRow;
      const application = await applicationOf(rows, created.applicationId);
      return application?.applicationName === applicationName ? row : undefined;
    },
  };
}

const DEPLOYMENT = rowKeys.deployment('').pk;
