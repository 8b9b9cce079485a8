import type { OnPremisesInstanceRow } from '../registry/on-premises-instance.ts';
import { epochSeconds } from './epoch-seconds.ts';

/** The member `instanceInfo` of GetOnPremisesInstance. Tags are always there: the AWS CLI relies on it. */
export function onPremisesInstanceInfo(row: OnPremisesInstanceRow) {
  const { onPremisesInstanceId: _, registeredAt, deregisteredAt, ...members } = row;
  return {
    ...members,
    registerTime: epochSeconds(registeredAt),
    ...(deregisteredAt !== undefined && { deregisterTime: epochSeconds(deregisteredAt) }),
  };
}
