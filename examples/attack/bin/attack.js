#!/usr/bin/env node
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `This needs Node.js 24 or newer, and this is ${process.version}. Run it with "npm run attack".`,
  );
  process.exit(1);
}
await import('../dist/main.js');
