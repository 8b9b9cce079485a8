import type { Aggregate, EpochMilliseconds, Row } from '../decider.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import { rowKeys } from '../views/row-keys.ts';
import { type ComputePlatform, requireBuiltComputePlatform } from './compute-platform.ts';
import { applicationDoesNotExist } from './names.ts';

/** The data of the application's own row: what GetApplication answers. The row of its name holds the id alone. */
export type ApplicationRow = {
  readonly applicationId: string;
  readonly applicationName: string;
  readonly computePlatform: ComputePlatform;
  readonly createdAt: EpochMilliseconds;
};

export type ApplicationState =
  | { readonly status: 'absent' }
  | ({ readonly status: 'present' } & ApplicationRow)
  | { readonly status: 'deleted'; readonly applicationName: string };

export type ApplicationCommand =
  | {
      readonly type: 'CreateApplication';
      readonly data: {
        readonly applicationId: string;
        readonly applicationName: string;
        readonly computePlatform: ComputePlatform;
      };
    }
  | { readonly type: 'RenameApplication'; readonly data: { readonly newApplicationName: string } }
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
        return { events: [{ type: 'ApplicationCreated', data: command.data }] };
      }
      case 'RenameApplication': {
        const { newApplicationName } = command.data;
        if (state.status === 'absent') throw applicationDoesNotExist(newApplicationName);
        if (state.status === 'deleted') throw applicationDoesNotExist(state.applicationName);
        if (state.applicationName === newApplicationName) return { events: [] };
        return { events: [{ type: 'ApplicationRenamed', data: { applicationName: newApplicationName } }] };
      }
      case 'DeleteApplication':
        return { events: state.status === 'present' ? [{ type: 'ApplicationDeleted', data: {} }] : [] };
      default:
        return unreachable(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'ApplicationCreated':
        return { status: 'present', ...event.data, createdAt: event.at };
      case 'ApplicationRenamed':
        return state.status === 'present' ? { ...state, ...event.data } : state;
      case 'ApplicationDeleted':
        return state.status === 'present'
          ? { status: 'deleted', applicationName: state.applicationName }
          : state;
      default:
        return unreachable(event);
    }
  },

  rows(state): readonly Row[] {
    if (state.status !== 'present') return [];
    const { status: _, ...data } = state;
    return [
      { ...rowKeys.applicationName(state.applicationName), data: { applicationId: state.applicationId } },
      { ...rowKeys.application(state.applicationId), data },
    ];
  },

  taken(row) {
    const reservation = rowKeys.applicationName(row.sk);
    return row.pk === reservation.pk ? nameTaken(row.sk) : undefined;
  },
};

function nameTaken(name: string): Refusal {
  return new Refusal(
    'ApplicationAlreadyExistsException',
    `An application of the name ${name} already exists. Choose another name.`,
  );
}
