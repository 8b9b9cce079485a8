/** What AWS bills of a deployment, each in the unit that it is billed by. */
export interface Usage {
  /** Of Step Functions' standard workflows. */
  readonly stateTransitions: number;
  /** Of DynamoDB's on-demand tables. */
  readonly writeRequestUnits: number;
  readonly lambdaRequests: number;
  /** To the stack's own topic of SNS. */
  readonly topicPublishes: number;
  /** To the stack's own bus of EventBridge. */
  readonly busEvents: number;
}

/** US dollars each. */
export type Prices = Readonly<Record<keyof Usage, number>>;

/**
 * Public list prices of us-east-1, without free tiers and discounts, as known in November 2026. The price page of each
 * service has the present ones, and those of other regions.
 */
export const LIST_PRICES: Prices = {
  /** $0.025 per 1,000 (AWS Step Functions, standard workflows). */
  stateTransitions: 0.025 / 1_000,
  /** $0.625 per million (Amazon DynamoDB, on-demand, standard table class). */
  writeRequestUnits: 0.625 / 1_000_000,
  /** $0.20 per million (AWS Lambda, requests). */
  lambdaRequests: 0.2 / 1_000_000,
  /** $0.50 per million (Amazon SNS, standard topics); deliveries to queues and functions are free. */
  topicPublishes: 0.5 / 1_000_000,
  /** $1.00 per million (Amazon EventBridge, custom events). */
  busEvents: 1 / 1_000_000,
};

/** $0.125 per million of DynamoDB's on-demand read request units, each 4 KiB read consistently; list price as above. */
export const READ_UNIT_DOLLARS = 0.125 / 1_000_000;

/** $1.00 per million (Amazon API Gateway, HTTP APIs, up to 300 million a month); list price as above. */
export const API_REQUEST_DOLLARS = 1 / 1_000_000;

const KINDS = [
  'stateTransitions',
  'writeRequestUnits',
  'lambdaRequests',
  'topicPublishes',
  'busEvents',
] as const satisfies readonly (keyof Usage)[];

/** US dollars. */
export function dollars(usage: Usage, prices: Prices = LIST_PRICES): number {
  return KINDS.reduce((sum, kind) => sum + usage[kind] * prices[kind], 0);
}

export function together(usages: readonly Usage[]): Usage {
  const sumOf = (kind: keyof Usage): number => usages.reduce((sum, usage) => sum + usage[kind], 0);
  return {
    stateTransitions: sumOf('stateTransitions'),
    writeRequestUnits: sumOf('writeRequestUnits'),
    lambdaRequests: sumOf('lambdaRequests'),
    topicPublishes: sumOf('topicPublishes'),
    busEvents: sumOf('busEvents'),
  };
}
