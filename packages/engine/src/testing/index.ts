export { memoryStore } from './memory-store.ts';
export { storeContract } from './store-contract.ts';
export type { StoreContractOptions, StoreUnderTest, TestRunner } from './store-contract.ts';
export type { Expect, Racer } from './store-contract-case.ts';
export { runRace } from './store-racer.ts';
export type { RaceJob, RaceReport } from './store-racer.ts';
export { overrideStore } from './override-store.ts';
export { virtualClock } from './virtual-clock.ts';
export type { VirtualClock } from './virtual-clock.ts';
