import type { Aggregate, EpochMilliseconds, RequiredRow, Row } from '../decider.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import { rowKeys } from '../views/row-keys.ts';
import type { BuiltComputePlatform } from './compute-platform.ts';
import {
  type DeploymentGroupSettings,
  changedSettings,
  settingsOfNewGroup,
} from './deployment-group-settings.ts';
import {
  applicationDoesNotExist,
  deploymentConfigDoesNotExist,
  deploymentGroupDoesNotExist,
} from './names.ts';
import { predefinedDeploymentConfig } from './predefined-deployment-configs.ts';
import type { DeploymentGroupSettingsInput } from './shapes.ts';
import { type Tag, keysToRemove, tagsToAdd, withTags, withoutTags } from './tags.ts';

type GroupIdentity = {
  readonly deploymentGroupId: string;
  readonly applicationId: string;
  readonly deploymentGroupName: string;
  readonly computePlatform: BuiltComputePlatform;
};

/** The data of its own row: all that GetDeploymentGroup answers, but what deployments add. */
export type DeploymentGroupRow = GroupIdentity & {
  readonly createdAt: EpochMilliseconds;
  readonly settings: DeploymentGroupSettings;
};

/** The data of the row of its name, and of its row under a custom configuration. */
export type DeploymentGroupReferenceRow = Omit<GroupIdentity, 'computePlatform'>;

/** What stays of a deleted group: its deployments remain readable for 90 days from then. */
export type DeletedDeploymentGroupRow = {
  readonly deploymentGroupId: string;
  readonly deploymentGroupName: string;
  readonly applicationId: string;
  readonly deletedAt: EpochMilliseconds;
};

export type DeploymentGroupState =
  | { readonly status: 'absent' }
  | ({ readonly status: 'present'; readonly tags: readonly Tag[] } & DeploymentGroupRow)
  | ({ readonly status: 'deleted' } & DeletedDeploymentGroupRow);

export type DeploymentGroupCommand =
  | {
      readonly type: 'CreateDeploymentGroup';
      readonly data: GroupIdentity & {
        /** For the words of a refusal when the application was deleted meanwhile. */
        readonly applicationName: string;
        readonly settings: DeploymentGroupSettingsInput;
        /** Checked by registry/tags.ts. */
        readonly tags?: readonly Tag[];
      };
    }
  | {
      readonly type: 'UpdateDeploymentGroup';
      readonly data: {
        readonly applicationName: string;
        readonly currentDeploymentGroupName: string;
        readonly newDeploymentGroupName?: string;
        /** Absent members keep, present ones replace, empty ones clear. */
        readonly settings: DeploymentGroupSettingsInput;
      };
    }
  | { readonly type: 'TagDeploymentGroup'; readonly data: Named & { readonly tags: readonly Tag[] } }
  | { readonly type: 'UntagDeploymentGroup'; readonly data: Named & { readonly tagKeys: readonly string[] } }
  | { readonly type: 'DeleteDeploymentGroup'; readonly data: Record<never, never> };

/** For the words of the refusal when the group was deleted meanwhile. */
type Named = { readonly deploymentGroupName: string };

export type DeploymentGroupEvent =
  | {
      readonly type: 'DeploymentGroupCreated';
      readonly data: GroupIdentity & { readonly settings: DeploymentGroupSettings };
    }
  | { readonly type: 'DeploymentGroupRenamed'; readonly data: { readonly deploymentGroupName: string } }
  | {
      readonly type: 'DeploymentGroupSettingsChanged';
      /** The members that changed, each whole. */
      readonly data: { readonly settings: Partial<DeploymentGroupSettings> };
    }
  /** Tags that are new, or have a new value. */
  | { readonly type: 'DeploymentGroupTagged'; readonly data: { readonly tags: readonly Tag[] } }
  | { readonly type: 'DeploymentGroupUntagged'; readonly data: { readonly tagKeys: readonly string[] } }
  | { readonly type: 'DeploymentGroupDeleted'; readonly data: Record<never, never> };

/**
 * Stream `deployment-group#<deploymentGroupId>`. Names have passed registry/names.ts, and the platform is that of the
 * application; that the role can be assumed and that a custom configuration is for it are the caller's to find out.
 */
export const deploymentGroup: Aggregate<DeploymentGroupState, DeploymentGroupCommand, DeploymentGroupEvent> =
  {
    name: 'deployment-group',
    initial: { status: 'absent' },

    decide(state, command) {
      switch (command.type) {
        case 'CreateDeploymentGroup': {
          const { applicationName, settings: input, tags = [], ...identity } = command.data;
          if (state.status !== 'absent') throw nameTaken(state.deploymentGroupName);
          const settings = settingsOfNewGroup(input, identity.computePlatform);
          return {
            events: [
              { type: 'DeploymentGroupCreated', data: { ...identity, settings } },
              ...tagged(tagsToAdd([], tags)),
            ],
            requires: [
              applicationRow(identity.applicationId, applicationName),
              ...configRow(settings.deploymentConfigName),
            ],
          };
        }
        case 'UpdateDeploymentGroup': {
          const { applicationName, currentDeploymentGroupName, newDeploymentGroupName } = command.data;
          if (state.status !== 'present') throw deploymentGroupDoesNotExist(currentDeploymentGroupName);
          const settings = changedSettings(command.data.settings, state.settings, state.computePlatform);
          const events: DeploymentGroupEvent[] = [];
          if (newDeploymentGroupName !== undefined && newDeploymentGroupName !== state.deploymentGroupName) {
            events.push({
              type: 'DeploymentGroupRenamed',
              data: { deploymentGroupName: newDeploymentGroupName },
            });
          }
          if (Object.keys(settings).length > 0) {
            events.push({ type: 'DeploymentGroupSettingsChanged', data: { settings } });
          }
          return {
            events,
            requires: [
              applicationRow(state.applicationId, applicationName),
              ...configRow(settings.deploymentConfigName),
            ],
          };
        }
        case 'TagDeploymentGroup': {
          const { deploymentGroupName, tags } = command.data;
          if (state.status !== 'present') throw deploymentGroupDoesNotExist(deploymentGroupName);
          return { events: tagged(tagsToAdd(state.tags, tags)) };
        }
        case 'UntagDeploymentGroup': {
          const { deploymentGroupName } = command.data;
          if (state.status !== 'present') throw deploymentGroupDoesNotExist(deploymentGroupName);
          const tagKeys = keysToRemove(state.tags, command.data.tagKeys);
          return {
            events: tagKeys.length === 0 ? [] : [{ type: 'DeploymentGroupUntagged', data: { tagKeys } }],
          };
        }
        case 'DeleteDeploymentGroup':
          return { events: state.status === 'present' ? [{ type: 'DeploymentGroupDeleted', data: {} }] : [] };
        default:
          return unreachable(command);
      }
    },

    evolve(state, event) {
      if (event.type === 'DeploymentGroupCreated') {
        return { status: 'present', ...event.data, createdAt: event.at, tags: [] };
      }
      if (state.status !== 'present') return state;
      switch (event.type) {
        case 'DeploymentGroupRenamed':
          return { ...state, ...event.data };
        case 'DeploymentGroupSettingsChanged':
          return { ...state, settings: { ...state.settings, ...event.data.settings } };
        case 'DeploymentGroupTagged':
          return { ...state, tags: withTags(state.tags, event.data.tags) };
        case 'DeploymentGroupUntagged':
          return { ...state, tags: withoutTags(state.tags, event.data.tagKeys) };
        case 'DeploymentGroupDeleted': {
          const { deploymentGroupId, deploymentGroupName, applicationId } = state;
          return {
            status: 'deleted',
            deploymentGroupId,
            deploymentGroupName,
            applicationId,
            deletedAt: event.at,
          };
        }
        default:
          return unreachable(event);
      }
    },

    rows(state): readonly Row[] {
      switch (state.status) {
        case 'absent':
          return [];
        case 'present':
          return rowsOfPresent(state);
        case 'deleted': {
          const { status: _, ...data } = state;
          return [{ ...rowKeys.deletedDeploymentGroup(state.deploymentGroupId), data }];
        }
        default:
          return unreachable(state);
      }
    },

    taken(row) {
      const reservation = rowKeys.deploymentGroupName(
        (row.data as DeploymentGroupReferenceRow).applicationId,
        row.sk,
      );
      return row.pk === reservation.pk ? nameTaken(row.sk) : undefined;
    },
  };

function rowsOfPresent(state: Extract<DeploymentGroupState, { status: 'present' }>): readonly Row[] {
  const { status: _, tags, ...data } = state;
  const { deploymentGroupId, applicationId, deploymentGroupName } = data;
  const reference: DeploymentGroupReferenceRow = { deploymentGroupId, applicationId, deploymentGroupName };
  const configName = data.settings.deploymentConfigName;
  const group: readonly Row[] = [
    { ...rowKeys.deploymentGroupName(applicationId, deploymentGroupName), data: reference },
    { ...rowKeys.deploymentGroup(deploymentGroupId), data },
    ...(tags.length > 0 ? [{ ...rowKeys.tagsOfDeploymentGroup(deploymentGroupId), data: { tags } }] : []),
  ];
  // Predefined configurations cannot be deleted, so that nobody asks who uses them.
  return predefinedDeploymentConfig(configName)
    ? group
    : [...group, { ...rowKeys.groupOfDeploymentConfig(configName, deploymentGroupId), data: reference }];
}

function tagged(tags: readonly Tag[]): readonly DeploymentGroupEvent[] {
  return tags.length === 0 ? [] : [{ type: 'DeploymentGroupTagged', data: { tags } }];
}

function applicationRow(applicationId: string, applicationName: string): RequiredRow {
  return { ...rowKeys.application(applicationId), refusal: applicationDoesNotExist(applicationName) };
}

function configRow(configName: string | undefined): readonly RequiredRow[] {
  return configName === undefined || predefinedDeploymentConfig(configName)
    ? []
    : [{ ...rowKeys.deploymentConfig(configName), refusal: deploymentConfigDoesNotExist(configName) }];
}

function nameTaken(name: string): Refusal {
  return new Refusal(
    'DeploymentGroupAlreadyExistsException',
    `A deployment group of the name ${name} already exists in the application. Choose another name.`,
  );
}
