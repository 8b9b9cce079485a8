import { application } from '../../core/registry/application.ts';
import { deploymentConfig } from '../../core/registry/deployment-config.ts';
import { deploymentGroup } from '../../core/registry/deployment-group.ts';
import { onPremisesInstance } from '../../core/registry/on-premises-instance.ts';
import { deploymentAggregates } from './deployment-aggregates.ts';
import type { Aggregates } from './execute.ts';
import { erased } from './execute.ts';

/** Every kind of stream, by the name before the `#` of its id. */
export const aggregates: Aggregates = {
  [application.name]: erased(application),
  [deploymentGroup.name]: erased(deploymentGroup),
  [deploymentConfig.name]: erased(deploymentConfig),
  [onPremisesInstance.name]: erased(onPremisesInstance),
  ...deploymentAggregates,
};
