import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { outputAnswer } from '../core/views/v1.ts';
import { clientDefaults } from '../functions/adapters/aws-clients.ts';
import { CannotDo } from './command.ts';
import { signedV1 } from './signed-v1.ts';
import type { Target } from './target.ts';

/** What the scripts of lifecycle events wrote on hosts. */
export interface Outputs {
  /** Without an event: of the one that failed, else of the last. Throws CannotDo where there is none. */
  readonly find: (wanted: WantedOutput) => Promise<FoundOutput>;
}

export interface WantedOutput {
  readonly deploymentId: string;
  readonly targetId: string;
  readonly lifecycleEventName?: string;
}

export interface FoundOutput {
  readonly lifecycleEventName: string;
  readonly lines: AsyncIterable<string>;
}

export function keptOutputs(target: Pick<Target, 'apiEndpoint' | 'client' | 'place'>): Outputs {
  const v1 = signedV1(new CodeDeployClient({ ...clientDefaults, ...target.client }), target);
  return {
    find: async ({ deploymentId, targetId, lifecycleEventName }) => {
      const ids = [deploymentId, targetId].map(encodeURIComponent);
      const query =
        lifecycleEventName === undefined
          ? ''
          : `?lifecycleEventName=${encodeURIComponent(lifecycleEventName)}`;
      const path = `v1/deployments/${ids.join('/targets/')}/output${query}`;
      const found = await v1(outputAnswer, path);
      const answer = await fetch(found.outputAddress);
      if (!answer.ok || answer.body === null) {
        throw new CannotDo(
          `the output of ${found.lifecycleEventName} is not there any more (S3 answered ${answer.status}). It is kept for 90 days.`,
        );
      }
      const input = Readable.fromWeb(answer.body);
      return {
        lifecycleEventName: found.lifecycleEventName,
        lines: createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }),
      };
    },
  };
}
