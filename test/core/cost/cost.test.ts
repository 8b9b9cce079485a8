import { describe, expect, it } from 'vitest';
import { LIST_PRICES, dollars, together } from '../../../core/cost/prices.ts';
import { counted } from '../../../core/cost/state-transitions.ts';
import { itemBytes, transactionalWriteUnits } from '../../../core/cost/write-units.ts';

describe('the size of an item', () => {
  it.each([
    [{ pk: 'a' }, 3],
    [{ price: '100 €' }, 5 + 7],
    [{ n: 0 }, 2],
    [{ n: 7 }, 3],
    [{ n: 12 }, 3],
    [{ n: 123 }, 4],
    [{ n: 1200 }, 3],
    [{ n: 120 }, 4],
    [{ at: 1_793_610_000_123 }, 2 + 8],
    [{ pk: 'p', sk: 's', data: '{}' }, 3 + 3 + 6],
  ])('%j takes %i bytes', (item, bytes) => {
    expect(itemBytes(item)).toBe(bytes);
  });
});

describe('an item of a transaction', () => {
  it.each([
    [1, 2],
    [1024, 2],
    [1025, 4],
    [0, 2],
  ])('of %i bytes takes %i write units', (bytes, units) => {
    expect(transactionalWriteUnits(bytes)).toBe(units);
  });
});

describe('the history of an execution', () => {
  const lambda = { type: 'TaskScheduled', resourceType: 'lambda' };

  it('has a transition for each state that is entered, and a request for each call', () => {
    const history = [
      { type: 'ExecutionStarted' },
      { type: 'TaskStateEntered' },
      lambda,
      { type: 'TaskSucceeded' },
      { type: 'TaskStateExited' },
      { type: 'ChoiceStateEntered' },
      { type: 'ChoiceStateExited' },
      { type: 'TaskStateEntered' },
      { type: 'TaskScheduled', resourceType: 'states' },
    ];
    expect(counted(history)).toEqual({ stateTransitions: 3, lambdaRequests: 1 });
  });

  it('has another one for each retry, and none for the first try of the state entered next', () => {
    const failed = { type: 'TaskFailed' };
    const history = [{ type: 'TaskStateEntered' }, lambda, failed, lambda, failed, lambda];
    expect(counted(history)).toEqual({ stateTransitions: 3, lambdaRequests: 3 });
    const entered = [...history, { type: 'TaskStateEntered' }, lambda];
    expect(counted(entered)).toEqual({ stateTransitions: 4, lambdaRequests: 4 });
  });

  it('has one for each task of a slot in the emulator, which tells of no state that is entered there', () => {
    const nested = { type: 'TaskScheduled', resourceType: 'states' };
    const done = { type: 'TaskSucceeded' };
    expect(counted([lambda, done, nested, done, lambda])).toEqual({ stateTransitions: 3, lambdaRequests: 2 });
  });
});

describe('the dollars', () => {
  it('are what the public prices make of the counts', () => {
    const million = {
      stateTransitions: 1e6,
      writeRequestUnits: 1e6,
      lambdaRequests: 1e6,
      topicPublishes: 1e6,
      busEvents: 1e6,
    };
    expect(dollars(million)).toBeCloseTo(25 + 0.625 + 0.2 + 0.5 + 1, 9);
    expect(dollars(million, { ...LIST_PRICES, stateTransitions: 0 })).toBeCloseTo(2.325, 9);
  });

  it('of several deployments are the sum of each', () => {
    const messages = { topicPublishes: 11, busEvents: 2 };
    const one = { stateTransitions: 6, writeRequestUnits: 100, lambdaRequests: 5, ...messages };
    const other = { stateTransitions: 4, writeRequestUnits: 50, lambdaRequests: 3, ...messages };
    expect(together([one, other])).toEqual({
      stateTransitions: 10,
      writeRequestUnits: 150,
      lambdaRequests: 8,
      topicPublishes: 22,
      busEvents: 4,
    });
    expect(dollars(together([one, other]))).toBeCloseTo(dollars(one) + dollars(other), 12);
  });
});
