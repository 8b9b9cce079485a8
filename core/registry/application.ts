import type { Aggregate, EpochMilliseconds, Row } from '../decider.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import { rowKeys } from '../views/row-keys.ts';
import { type ComputePlatform, requireBuiltComputePlatform } from './compute-platform.ts';
import { applicationDoesNotExist } from './names.ts';
import { type Tag, keysToRemove, tagsToAdd, withTags, withoutTags } from './tags.ts';

/** The data of the application's own row: what GetApplication answers. The row of its name holds the id alone. */
export type ApplicationRow = {
  readonly applicationId: string;
  readonly applicationName: string;
  readonly computePlatform: ComputePlatform;
  readonly createdAt: EpochMilliseconds;
};

export type ApplicationState =
  | { readonly status: 'absent' }
  | ({ readonly status: 'present'; readonly tags: readonly Tag[] } & ApplicationRow)
  | { readonly status: 'deleted'; readonly applicationName: string };

/** For the words of the refusal when the application was deleted meanwhile. */
type Named = { readonly applicationName: string };

export type ApplicationCommand =
  | {
      readonly type: 'CreateApplication';
      readonly data: {
        readonly applicationId: string;
        readonly applicationName: string;
        readonly computePlatform: ComputePlatform;
        /** Checked by registry/tags.ts. */
        readonly tags?: readonly Tag[];
      };
    }
  | { readonly type: 'RenameApplication'; readonly data: { readonly newApplicationName: string } }
  | { readonly type: 'TagApplication'; readonly data: Named & { readonly tags: readonly Tag[] } }
  | { readonly type: 'UntagApplication'; readonly data: Named & { readonly tagKeys: readonly string[] } }
  | { readonly type: 'DeleteApplication'; readonly data: Record<never, never> };

export type ApplicationEvent =
  | {
      readonly type: 'ApplicationCreated';
      readonly data: {
        readonly applicationId: string;
        readonly applicationName: string;
        readonly computePlatform: ComputePlatform;
      };
    }
  | { readonly type: 'ApplicationRenamed'; readonly data: { readonly applicationName: string } }
  /** Tags that are new, or have a new value. */
  | { readonly type: 'ApplicationTagged'; readonly data: { readonly tags: readonly Tag[] } }
  | { readonly type: 'ApplicationUntagged'; readonly data: { readonly tagKeys: readonly string[] } }
  | { readonly type: 'ApplicationDeleted'; readonly data: Record<never, never> };

/**
 * Stream `application#<applicationId>`. Names have passed registry/names.ts. Renaming to the present name and deleting
 * what is not there change nothing. A deletion removes only these rows: groups, revisions and deployments of the
 * application are hidden by their readers, because its row is gone.
 */
export const application: Aggregate<ApplicationState, ApplicationCommand, ApplicationEvent> = {
  name: 'application',
  initial: { status: 'absent' },

  decide(state, command) {
    switch (command.type) {
      case 'CreateApplication': {
        if (state.status !== 'absent') throw nameTaken(state.applicationName);
        requireBuiltComputePlatform(command.data.computePlatform);
        const { tags = [], ...data } = command.data;
        return { events: [{ type: 'ApplicationCreated', data }, ...tagged(tagsToAdd([], tags))] };
      }
      case 'RenameApplication': {
        const { newApplicationName } = command.data;
        if (state.status === 'absent') throw applicationDoesNotExist(newApplicationName);
        if (state.status === 'deleted') throw applicationDoesNotExist(state.applicationName);
        if (state.applicationName === newApplicationName) return { events: [] };
        return { events: [{ type: 'ApplicationRenamed', data: { applicationName: newApplicationName } }] };
      }
      case 'TagApplication': {
        if (state.status !== 'present') throw applicationDoesNotExist(command.data.applicationName);
        return { events: tagged(tagsToAdd(state.tags, command.data.tags)) };
      }
      case 'UntagApplication': {
        if (state.status !== 'present') throw applicationDoesNotExist(command.data.applicationName);
        const tagKeys = keysToRemove(state.tags, command.data.tagKeys);
        return { events: tagKeys.length === 0 ? [] : [{ type: 'ApplicationUntagged', data: { tagKeys } }] };
      }
      case 'DeleteApplication':
        return { events: state.status === 'present' ? [{ type: 'ApplicationDeleted', data: {} }] : [] };
      default:
        return unreachable(command);
    }
  },

  evolve(state, event) {
    if (event.type === 'ApplicationCreated') {
      return { status: 'present', ...event.data, createdAt: event.at, tags: [] };
    }
    if (state.status !== 'present') return state;
    switch (event.type) {
      case 'ApplicationRenamed':
        return { ...state, ...event.data };
      case 'ApplicationTagged':
        return { ...state, tags: withTags(state.tags, event.data.tags) };
      case 'ApplicationUntagged':
        return { ...state, tags: withoutTags(state.tags, event.data.tagKeys) };
      case 'ApplicationDeleted':
        return { status: 'deleted', applicationName: state.applicationName };
      default:
        return unreachable(event);
    }
  },

  rows(state): readonly Row[] {
    if (state.status !== 'present') return [];
    const { status: _, tags, ...data } = state;
    const { applicationId, applicationName } = data;
    return [
      { ...rowKeys.applicationName(applicationName), data: { applicationId } },
      { ...rowKeys.application(applicationId), data },
      ...(tags.length > 0 ? [{ ...rowKeys.tagsOfApplication(applicationId), data: { tags } }] : []),
    ];
  },

  taken(row) {
    const reservation = rowKeys.applicationName(row.sk);
    return row.pk === reservation.pk ? nameTaken(row.sk) : undefined;
  },
};

function tagged(tags: readonly Tag[]): readonly ApplicationEvent[] {
  return tags.length === 0 ? [] : [{ type: 'ApplicationTagged', data: { tags } }];
}

function nameTaken(name: string): Refusal {
  return new Refusal(
    'ApplicationAlreadyExistsException',
    `An application of the name ${name} already exists. Choose another name.`,
  );
}
