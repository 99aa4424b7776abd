import { describe, expect, test } from 'vitest';
import { memoryStore } from './memory-store.ts';
import { storeContract } from './store-contract.ts';

storeContract(
  { describe, test, expect },
  { name: 'memoryStore', multiProcess: false, open: async () => ({ store: memoryStore() }) },
);
