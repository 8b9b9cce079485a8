import { memoryEventStore } from '../support/memory-event-store.ts';
import { eventStoreContract } from './event-store.contract.ts';

const store = memoryEventStore();

eventStoreContract('the memory store', async () => ({ store, rows: store.rows }));
