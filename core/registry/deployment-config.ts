import type { Aggregate, EpochMilliseconds, Row } from '../decider.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import { rowKeys } from '../views/row-keys.ts';
import type { CustomDeploymentConfig } from './deployment-config-rules.ts';
import { predefinedDeploymentConfig } from './predefined-deployment-configs.ts';

/** The data of its row: the whole configuration, so that a deployment reads it in one step. */
export type DeploymentConfigRow = CustomDeploymentConfig & {
  readonly deploymentConfigId: string;
  readonly createdAt: EpochMilliseconds;
};

export type DeploymentConfigState =
  | { readonly status: 'absent' }
  | ({ readonly status: 'present' } & DeploymentConfigRow)
  | { readonly status: 'deleted'; readonly deploymentConfigName: string };

export type DeploymentConfigCommand =
  | {
      readonly type: 'CreateDeploymentConfig';
      /** The configuration has passed `checkDeploymentConfig`. */
      readonly data: CustomDeploymentConfig & { readonly deploymentConfigId: string };
    }
  | {
      readonly type: 'DeleteDeploymentConfig';
      /** Names of the groups that use it, as found just before; groups of deleted applications do not count. */
      readonly data: { readonly usedByDeploymentGroups: readonly string[] };
    };

export type DeploymentConfigEvent =
  | {
      readonly type: 'DeploymentConfigCreated';
      readonly data: CustomDeploymentConfig & { readonly deploymentConfigId: string };
    }
  | { readonly type: 'DeploymentConfigDeleted'; readonly data: Record<never, never> };

/** Stream `deployment-config#<deploymentConfigId>`. A configuration never changes; deleting none is no error. */
export const deploymentConfig: Aggregate<
  DeploymentConfigState,
  DeploymentConfigCommand,
  DeploymentConfigEvent
> = {
  name: 'deployment-config',
  initial: { status: 'absent' },

  decide(state, command) {
    switch (command.type) {
      case 'CreateDeploymentConfig':
        if (state.status !== 'absent') throw nameTaken(state.deploymentConfigName);
        return { events: [{ type: 'DeploymentConfigCreated', data: command.data }] };
      case 'DeleteDeploymentConfig':
        if (state.status !== 'present') return { events: [] };
        checkUnused(state.deploymentConfigName, command.data.usedByDeploymentGroups);
        return { events: [{ type: 'DeploymentConfigDeleted', data: {} }] };
      default:
        return unreachable(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'DeploymentConfigCreated':
        return { status: 'present', ...event.data, createdAt: event.at };
      case 'DeploymentConfigDeleted':
        return state.status === 'present'
          ? { status: 'deleted', deploymentConfigName: state.deploymentConfigName }
          : state;
      default:
        return unreachable(event);
    }
  },

  rows(state): readonly Row[] {
    if (state.status !== 'present') return [];
    const { status: _, ...data } = state;
    return [{ ...rowKeys.deploymentConfig(state.deploymentConfigName), data }];
  },

  taken: (row) => nameTaken(row.sk),
};

/** Predefined configurations have no stream: DeleteDeploymentConfig asks this before it looks for one. */
export function refusePredefinedDeletion(name: string): void {
  if (predefinedDeploymentConfig(name)) {
    throw new Refusal(
      'InvalidOperationException',
      `The deployment configuration ${name} is predefined and cannot be deleted.`,
    );
  }
}

/** An answer names this many of the groups in the way; deleting those shows the rest. */
const NAMED_GROUPS = 5;

function checkUnused(name: string, groups: readonly string[]): void {
  if (groups.length === 0) return;
  const named = groups.slice(0, NAMED_GROUPS).join(', ');
  throw new Refusal(
    'DeploymentConfigInUseException',
    `The deployment configuration ${name} is in use by ${groups.length} deployment group(s): ${named}` +
      `${groups.length > NAMED_GROUPS ? ' …' : ''}. Point them at another configuration first.`,
  );
}

function nameTaken(name: string): Refusal {
  return new Refusal(
    'DeploymentConfigAlreadyExistsException',
    `A deployment configuration of the name ${name} already exists. Choose another name, or delete it first.`,
  );
}
