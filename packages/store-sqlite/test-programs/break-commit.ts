// Loaded before a program: breaks one COMMIT of the store's worker. Its settings are the query of its address:
// `commit`, which one (migrations, which run by exec, are not counted), and `how`: the worker ends before it or after it,
// or the fsync fails.
import { StatementSync } from 'node:sqlite';

const settings = new URL(import.meta.url).searchParams;
const run = StatementSync.prototype.run;
let commits = 0;

StatementSync.prototype.run = function (this: StatementSync, ...parameters: Parameters<typeof run>) {
  const isTheOne = this.sourceSQL === 'COMMIT' && ++commits === Number(settings.get('commit'));
  if (!isTheOne) return run.apply(this, parameters);
  const how = settings.get('how');
  if (how === 'fsync-fails') throw Object.assign(new Error('disk I/O error'), { errcode: 1034 });
  if (how === 'end-after') run.apply(this, parameters);
  return process.exit(3);
} as typeof run;
