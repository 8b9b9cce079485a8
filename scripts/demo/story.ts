import { setTimeout as pause } from 'node:timers/promises';
import { connectionTo } from '../../cli/connect.ts';
import { costLines } from '../../cli/cost-lines.ts';
import { deploymentCosts } from '../../cli/deployment-cost.ts';
import { localTarget } from '../../cli/target.ts';
import type { StoredEvent } from '../../core/chain.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { fold } from '../../functions/runtime/history.ts';
import { launchedBy } from '../../functions/runtime/task.ts';
import type { LocalJson } from '../local-cloud/local-json.ts';

/** What the log and the workflows say of the deployments afterwards. */
export interface Story {
  readonly of: (deploymentId: string) => Promise<ExistingDeployment>;
  /** Milliseconds from the alarm in the log to the alias whole again; undefined where there was none. */
  readonly restoredAfter: (deploymentId: string) => Promise<number | undefined>;
  /** When the first step of the traffic was taken, as `sluice events --at` takes it: "+0.316s". */
  readonly firstShift: (deploymentId: string) => Promise<string>;
  /** The deployment that an execution was started for by hand, once it has created it. */
  readonly launchedBy: (executionArn: string) => Promise<string>;
  /** As `sluice cost` counts: a line for each of them and of their rollbacks, under headings. */
  readonly costs: (...deploymentIds: readonly string[]) => Promise<readonly string[]>;
}

export function storyTeller(local: LocalJson): Story {
  const connection = connectionTo(localTarget(JSON.stringify(local)));
  const { tables } = connection;
  const logOf = (deploymentId: string) => tables.load(deploymentStream(deploymentId), 1);
  return {
    of: async (deploymentId) => {
      const state = fold(deployment, await logOf(deploymentId));
      if (state.status === 'Absent') throw new Error(`there is no deployment ${deploymentId}`);
      return state;
    },
    restoredAfter: async (deploymentId) => {
      const log = await logOf(deploymentId);
      const [raised, restored] = [first(log, 'AlarmRaised'), first(log, 'TrafficRestored')];
      return raised === undefined || restored === undefined ? undefined : restored.at - raised.at;
    },
    firstShift: async (deploymentId) => {
      const log = await logOf(deploymentId);
      const milliseconds = (first(log, 'TrafficShifted')?.at ?? 0) - (log[0]?.at ?? 0);
      return `+${(milliseconds / 1000).toFixed(3)}s`;
    },
    launchedBy: async (executionArn) => {
      for (let look = 1; look <= MOST_LOOKS; look += 1) {
        const deploymentId = await launchedBy(tables.reader, executionArn);
        if (deploymentId !== undefined) return deploymentId;
        await pause(LOOK_MILLISECONDS);
      }
      throw new Error(`the execution ${executionArn} has created no deployment`);
    },
    costs: async (...deploymentIds) => {
      const costs = deploymentIds.map((id) => deploymentCosts(connection, id, Date.now()));
      return costLines((await Promise.all(costs)).flat());
    },
  };
}

function first(log: readonly StoredEvent[], type: string): StoredEvent | undefined {
  return log.find((event) => event.type === type);
}

const LOOK_MILLISECONDS = 100;
const MOST_LOOKS = 100;
