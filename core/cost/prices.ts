/** What AWS bills of a deployment, each in the unit that it is billed by. */
export interface Usage {
  /** Of Step Functions' standard workflows. */
  readonly stateTransitions: number;
  /** Of DynamoDB's on-demand tables. */
  readonly writeRequestUnits: number;
  readonly lambdaRequests: number;
}

/** US dollars each. */
export type Prices = Readonly<Record<keyof Usage, number>>;

/**
 * The public list prices of us-east-1, without free tiers and discounts, as the price pages of the services gave them
 * in November 2026. Other regions differ by up to a half.
 */
export const LIST_PRICES: Prices = {
  /** $0.025 per 1,000 (AWS Step Functions, standard workflows). */
  stateTransitions: 0.025 / 1_000,
  /** $0.625 per million (Amazon DynamoDB, on-demand, standard table class). */
  writeRequestUnits: 0.625 / 1_000_000,
  /** $0.20 per million (AWS Lambda, requests). */
  lambdaRequests: 0.2 / 1_000_000,
};

/** $0.125 per million of DynamoDB's on-demand read request units, each 4 KiB read consistently; list price as above. */
export const READ_UNIT_DOLLARS = 0.125 / 1_000_000;

/** US dollars. */
export function dollars(usage: Usage, prices: Prices = LIST_PRICES): number {
  return (
    usage.stateTransitions * prices.stateTransitions +
    usage.writeRequestUnits * prices.writeRequestUnits +
    usage.lambdaRequests * prices.lambdaRequests
  );
}

export function together(usages: readonly Usage[]): Usage {
  return {
    stateTransitions: sum(usages.map(({ stateTransitions }) => stateTransitions)),
    writeRequestUnits: sum(usages.map(({ writeRequestUnits }) => writeRequestUnits)),
    lambdaRequests: sum(usages.map(({ lambdaRequests }) => lambdaRequests)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
