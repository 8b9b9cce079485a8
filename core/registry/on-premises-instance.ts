import type { Aggregate, EpochMilliseconds, Row } from '../decider.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import { rowKeys } from '../views/row-keys.ts';
import { type IamIdentity, iamArnOf } from './iam-identity.ts';
import { instanceIsNotRegistered } from './names.ts';
import { onPremisesKeysToRemove, onPremisesTagsToAdd } from './on-premises-tags.ts';
import { type Tag, withTags, withoutTags } from './tags.ts';

type Registration = IamIdentity & {
  readonly onPremisesInstanceId: string;
  readonly instanceName: string;
  /** Ends in characters that are drawn anew each time a name is registered. */
  readonly instanceArn: string;
};

/** The data of its row in the list of all: what GetOnPremisesInstance answers. */
export type OnPremisesInstanceRow = Registration & {
  readonly registeredAt: EpochMilliseconds;
  /** Present where it no longer belongs to any deployment group. */
  readonly deregisteredAt?: EpochMilliseconds;
  /** In order of their keys. */
  readonly tags: readonly Tag[];
};

/** The data of the row of its IAM user or session. */
export type OnPremisesIamArnRow = Pick<Registration, 'onPremisesInstanceId' | 'instanceName'>;

export type OnPremisesInstanceState =
  | { readonly status: 'absent' }
  | ({ readonly status: 'known' } & OnPremisesInstanceRow);

/** For the words of a refusal where nothing is registered. */
type Named = { readonly instanceName: string };

export type OnPremisesInstanceCommand =
  /** Names and ARNs have passed registry/names.ts and registry/iam-identity.ts. */
  | { readonly type: 'RegisterOnPremisesInstance'; readonly data: Registration }
  | { readonly type: 'DeregisterOnPremisesInstance'; readonly data: Record<never, never> }
  /** Tags have passed registry/on-premises-tags.ts. */
  | { readonly type: 'TagOnPremisesInstance'; readonly data: Named & { readonly tags: readonly Tag[] } }
  | { readonly type: 'UntagOnPremisesInstance'; readonly data: Named & { readonly tags: readonly Tag[] } };

export type OnPremisesInstanceEvent =
  | { readonly type: 'OnPremisesInstanceRegistered'; readonly data: Registration }
  | { readonly type: 'OnPremisesInstanceDeregistered'; readonly data: Record<never, never> }
  /** Tags that are new, or have a new value. */
  | { readonly type: 'OnPremisesInstanceTagged'; readonly data: { readonly tags: readonly Tag[] } }
  | { readonly type: 'OnPremisesInstanceUntagged'; readonly data: { readonly tagKeys: readonly string[] } };

/**
 * Stream `on-premises-instance#<onPremisesInstanceId>`, of one name: who registers a name again goes on in its stream,
 * with other credentials and without its tags. Deregistering what is not registered changes nothing.
 */
export const onPremisesInstance: Aggregate<
  OnPremisesInstanceState,
  OnPremisesInstanceCommand,
  OnPremisesInstanceEvent
> = {
  name: 'on-premises-instance',
  initial: { status: 'absent' },

  decide(state, command) {
    switch (command.type) {
      case 'RegisterOnPremisesInstance':
        if (isRegistered(state)) throw nameTaken(state.instanceName);
        return { events: [{ type: 'OnPremisesInstanceRegistered', data: command.data }] };
      case 'DeregisterOnPremisesInstance':
        return {
          events: isRegistered(state) ? [{ type: 'OnPremisesInstanceDeregistered', data: {} }] : [],
        };
      case 'TagOnPremisesInstance': {
        if (!isRegistered(state)) throw instanceIsNotRegistered(command.data.instanceName);
        const tags = onPremisesTagsToAdd(state.tags, command.data.tags);
        return { events: tags.length === 0 ? [] : [{ type: 'OnPremisesInstanceTagged', data: { tags } }] };
      }
      case 'UntagOnPremisesInstance': {
        if (!isRegistered(state)) throw instanceIsNotRegistered(command.data.instanceName);
        const tagKeys = onPremisesKeysToRemove(state.tags, command.data.tags);
        return {
          events: tagKeys.length === 0 ? [] : [{ type: 'OnPremisesInstanceUntagged', data: { tagKeys } }],
        };
      }
      default:
        return unreachable(command);
    }
  },

  evolve(state, event) {
    if (event.type === 'OnPremisesInstanceRegistered') {
      return { status: 'known', ...event.data, registeredAt: event.at, tags: [] };
    }
    if (state.status === 'absent') return state;
    switch (event.type) {
      case 'OnPremisesInstanceDeregistered':
        return { ...state, deregisteredAt: event.at };
      case 'OnPremisesInstanceTagged':
        return { ...state, tags: withTags(state.tags, event.data.tags) };
      case 'OnPremisesInstanceUntagged':
        return { ...state, tags: withoutTags(state.tags, event.data.tagKeys) };
      default:
        return unreachable(event);
    }
  },

  rows(state): readonly Row[] {
    if (state.status === 'absent') return [];
    const { status: _, ...data } = state;
    const { onPremisesInstanceId, instanceName } = data;
    const reserved: OnPremisesIamArnRow = { onPremisesInstanceId, instanceName };
    return [
      { ...rowKeys.onPremisesInstance(instanceName), data },
      ...(isRegistered(state) ? [{ ...rowKeys.onPremisesIamArn(iamArnOf(data)), data: reserved }] : []),
    ];
  },

  taken(row) {
    return row.pk === rowKeys.onPremisesIamArn('').pk ? iamArnTaken(row.sk) : nameTaken(row.sk);
  },
};

function isRegistered(
  state: OnPremisesInstanceState,
): state is Extract<OnPremisesInstanceState, { readonly status: 'known' }> {
  return state.status === 'known' && state.deregisteredAt === undefined;
}

function nameTaken(name: string): Refusal {
  return new Refusal(
    'InstanceNameAlreadyRegisteredException',
    `An on-premises instance of the name ${name} is registered already. Deregister it first, or choose another name.`,
  );
}

function iamArnTaken(iamArn: string): Refusal {
  const isUser = /:user\//.test(iamArn);
  return new Refusal(
    isUser ? 'IamUserArnAlreadyRegisteredException' : 'IamSessionArnAlreadyRegisteredException',
    `Another on-premises instance is registered with ${iamArn}. Each has ${isUser ? 'a user' : 'a session'} of its own.`,
  );
}
