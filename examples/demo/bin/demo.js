#!/usr/bin/env node
// Plain JavaScript that old versions of Node.js can read, too: it has to tell them what to do.
import { existsSync } from 'node:fs';

const build = new URL('../dist/main.js', import.meta.url);

if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    'The demo needs Node.js 24 or newer, and this is ' +
      process.versions.node +
      '. Start it by "npm start": that uses the Node.js that "npm ci" has put into node_modules.',
  );
  process.exitCode = 1;
} else if (!existsSync(build)) {
  console.error('The demo is not built yet: run "npm ci", or "npm run build".');
  process.exitCode = 1;
} else {
  await import(build.href);
}
