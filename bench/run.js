/**
 * What `npm run bench` runs. Without a word it takes ten minutes at most, and writes its tables and a chart into docs/benchmarks.md.
 *
 *   npm run bench              the service on SQLite, PostgreSQL and Redis at 1, 16 and 64 connections, each beside a bare node:http echo
 *                              and beside better-auth, which it installs for itself; then enrollments, backup codes, a lone request,
 *                              an account that is attacked, writes without batches, and a million accounts
 *   npm run bench -- --engine sqlite,postgres --connections 64 --seconds 3 --peer none
 *   npm run bench -- --part verify,unbatched,lone,hot,growth     some of its parts
 *   npm run bench -- --growth --engine postgres                  a hundred thousand accounts and a million
 *   npm run bench -- --write yes|no                              a run of a part, or of less than 3 seconds each, is not written down
 *   npm run bench -- soak --minutes 120 --engine sqlite          half of the top rate for so long; also --rate N (requests a second), --write
 *   npm run bench -- otp       the OTP library beside its peers, on Node 22, Node 26 and Bun, which it fetches
 *   npm run bench -- otp --runtime node22 --section start
 *   npm run bench -- otp --runtime this --section verify,generate --rounds 50
 */
import { readFileSync } from 'node:fs';

const nodeMajor = Number(process.versions.node.split('.')[0]);
if (nodeMajor < 24) {
  console.error(
    `The benchmark needs Node.js 24 or newer, and this is ${process.version}. Run it with "npm run bench".`,
  );
  process.exit(1);
}
const [what, ...rest] = process.argv.slice(2);
try {
  if (what === '--help') {
    const head = readFileSync(new URL(import.meta.url), 'utf8').split('*/')[0];
    console.log(head.replace('/**\n', '').replaceAll(/^ \* ?/gm, ''));
  } else if (what === 'otp') {
    const { benchOtp, readOtpArguments } = await import('./otp.ts');
    await benchOtp(readOtpArguments(rest));
  } else if (what === 'soak') {
    const { benchSoak, readSoakArguments } = await import('./bench-soak.ts');
    await benchSoak(readSoakArguments(rest));
  } else {
    const { benchService } = await import('./bench-service.ts');
    const { readBenchArguments } = await import('./service/options.ts');
    await benchService(readBenchArguments(process.argv.slice(2)));
  }
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  console.error(error.message);
  process.exit(2);
}
process.exit();
