import * as z from 'zod';
import { quoted } from '../../core/registry/names.ts';
import type { OnPremisesInstanceRow } from '../../core/registry/on-premises-instance.ts';
import { tagFiltersShape } from '../../core/registry/shapes.ts';
import { isTaggedAs, tagFilterOf } from '../../core/registry/tag-filter.ts';
import { Refusal } from '../../core/refusal.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import { everyRow } from '../adapters/row-reader.ts';
import { operation } from './operation.ts';
import { PAGE_SIZE, nextTokenOf, positionOf } from './page.ts';

const text = z.string().exactOptional();

const STATUSES: readonly string[] = ['Registered', 'Deregistered'];

/** By name; an instance needs one of the tags that are asked for. What passes the filters fills a page. */
export const listOnPremisesInstances = operation({
  name: 'ListOnPremisesInstances',
  input: z.object({
    registrationStatus: text,
    tagFilters: tagFiltersShape.exactOptional(),
    nextToken: text,
  }),
  handle: async ({ registrationStatus, tagFilters = [], nextToken }, { ports }) => {
    if (registrationStatus !== undefined && !STATUSES.includes(registrationStatus)) {
      throw new Refusal(
        'InvalidRegistrationStatusException',
        `The registrationStatus ${quoted(registrationStatus)} is unknown. Valid are ${STATUSES.join(' and ')}.`,
      );
    }
    const filters = tagFilters.map((filter) => tagFilterOf(filter, invalidTagFilter));
    const listing = {
      operation: 'ListOnPremisesInstances',
      filters: [registrationStatus, JSON.stringify(filters)],
    };
    const after = positionOf(ports.system, listing, nextToken);
    const { pk } = rowKeys.onPremisesInstance('');
    const instanceNames: string[] = [];
    for await (const { sk, data } of everyRow(ports.rows, { pk, limit: PAGE_SIZE, after })) {
      const { tags, deregisteredAt } = JSON.parse(data) as OnPremisesInstanceRow;
      const status = deregisteredAt === undefined ? 'Registered' : 'Deregistered';
      if (registrationStatus !== undefined && status !== registrationStatus) continue;
      if (filters.length > 0 && !filters.some((filter) => isTaggedAs(filter, tags))) continue;
      if (instanceNames.length === PAGE_SIZE) {
        return { instanceNames, ...nextTokenOf(ports.system, listing, instanceNames.at(-1)) };
      }
      instanceNames.push(sk);
    }
    return { instanceNames };
  },
});

function invalidTagFilter(detail: string): Refusal {
  return new Refusal('InvalidTagFilterException', `The tagFilters are invalid: ${detail}.`);
}
