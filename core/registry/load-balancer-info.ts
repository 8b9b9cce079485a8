import { Refusal } from '../refusal.ts';
import type { DeploymentStyle } from './deployment-style.ts';
import { isFilled } from './fleet-membership.ts';
import { quoted } from './names.ts';
import type { LoadBalancerInfoInput } from './shapes.ts';

/**
 * The balancers of a Server group: what they are to be is checked, then they are refused, because none are built yet. A
 * pair of target groups is for ECS, and passed over. Throws InvalidLoadBalancerInfoException.
 */
export function refuseLoadBalancers(info: LoadBalancerInfoInput = {}, style: DeploymentStyle): void {
  const { elbInfoList = [], targetGroupInfoList = [], targetGroupPairInfoList = [] } = info;
  const lists = { elbInfoList, targetGroupInfoList, targetGroupPairInfoList };
  for (const [member, most] of Object.entries(MOST_OF_EACH) as [keyof typeof lists, number][]) {
    const { length } = lists[member];
    if (length > most) throw invalid(`${member} names ${length}, and at most ${most} may be`);
  }
  if ([...elbInfoList, ...targetGroupInfoList].some(({ name = '' }) => name === '')) {
    throw invalid('one has no name');
  }
  const long = targetGroupInfoList.find(({ name = '' }) => name.length > TARGET_GROUP_NAME_CHARACTERS);
  if (long !== undefined) {
    throw invalid(
      `the target group ${quoted(long.name ?? '')} has more than ${TARGET_GROUP_NAME_CHARACTERS} characters. ` +
        'Give its name, not its ARN',
    );
  }
  const named = isFilled(elbInfoList) || isFilled(targetGroupInfoList);
  if (style.deploymentOption === 'WITH_TRAFFIC_CONTROL' && !named) {
    throw invalid(
      'WITH_TRAFFIC_CONTROL needs a load balancer or a target group, and names none. ' +
        'Neither is built yet for instances: pass WITHOUT_TRAFFIC_CONTROL',
    );
  }
  if (named) {
    throw invalid(
      'load balancers are not built yet for instances. Pass WITHOUT_TRAFFIC_CONTROL and leave loadBalancerInfo empty',
    );
  }
}

/** The service's own quotas. */
const MOST_OF_EACH = { elbInfoList: 10, targetGroupInfoList: 10, targetGroupPairInfoList: 1 };

/** The limit of Elastic Load Balancing. */
const TARGET_GROUP_NAME_CHARACTERS = 32;

function invalid(detail: string): Refusal {
  return new Refusal('InvalidLoadBalancerInfoException', `The load balancers are invalid: ${detail}.`);
}
