#!/usr/bin/env node
// Plain JavaScript that old versions of Node.js can read, too: it has to tell them what to do.
import { existsSync } from 'node:fs';

const nodeMajor = 24;
const build = new URL('../dist/main.js', import.meta.url);
const isCheckout = existsSync(new URL('../src/main.ts', import.meta.url));

function refuse(message) {
  process.stderr.write('tidelock: ' + message + '\n');
  process.exitCode = 3;
}

if (Number(process.versions.node.split('.')[0]) < nodeMajor) {
  refuse(
    'This is Node.js ' +
      process.versions.node +
      ', and Tidelock needs ' +
      nodeMajor +
      ' or newer. ' +
      (isCheckout
        ? 'In a checkout, call it by "npx tidelock …" or "npm run …": they use the Node.js that "npm ci" has put into node_modules.'
        : 'Install Node.js ' + nodeMajor + ' from https://nodejs.org, and try again.'),
  );
} else if (!existsSync(build)) {
  refuse('It is not built yet: run "npm run build".');
} else {
  import(build.href).then(
    ({ main }) => main(),
    (error) => refuse('It cannot be loaded: ' + error.message + ' Run "npm ci" and "npm run build".'),
  );
}
