export { partitionCount, partitionOf } from './partition.ts';
