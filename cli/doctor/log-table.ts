import type { Check } from './examination.ts';
import { type Found, green, red } from './finding.ts';
import { isEmulated } from './place.ts';

/** The log cannot be deleted by accident, can be brought back, and tells what is written to it. */
export const logTableCheck: Check = {
  name: 'log table',
  action: 'dynamodb:DescribeTable',
  look: async ({ account, outputs, identity }) => {
    const table = outputs['LogTableName'] ?? '';
    const { deletionProtection, stream } = await account.tables.describe(table);
    // The emulator leaves it out when it makes a table, and has nothing to recover from either.
    const mustRecover = !isEmulated(identity);
    const found: Found[] = [];
    if (!deletionProtection) {
      found.push(
        red(
          `${table} can be deleted`,
          `aws dynamodb update-table --table-name ${table} --deletion-protection-enabled`,
        ),
      );
    }
    if (mustRecover && !(await account.tables.pointInTimeRecovery(table))) {
      found.push(
        red(
          `${table} cannot be brought back to a point in time`,
          `aws dynamodb update-continuous-backups --table-name ${table} ` +
            '--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true',
        ),
      );
    }
    if (!stream) {
      found.push(
        red(
          `the stream of ${table} is off: no workflow is started`,
          `aws dynamodb update-table --table-name ${table} --stream-specification ` +
            'StreamEnabled=true,StreamViewType=NEW_IMAGE, and then: npx cdk deploy',
        ),
      );
    }
    return found.length > 0
      ? found
      : [
          green(
            `protected against deletion${mustRecover ? ', recoverable to a point in time' : ''}, its stream on`,
          ),
        ];
  },
};
