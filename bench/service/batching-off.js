// Loaded into a service before all else: each request is a batch of its own.
import { transactLimits } from '../../packages/engine/dist/transact.js';

transactLimits.batchMax = 1;
transactLimits.batchMaxOfAccount = 1;
