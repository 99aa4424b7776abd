/**
 * What `npm run bench` runs: durable verifications a second in the service, beside a bare node:http echo in the same run.
 *
 *   npm run bench              the service on SQLite
 *   npm run bench -- --seconds 3
 *   npm run bench -- otp       the OTP library beside its peers, on Node 22, Node 26 and Bun, which it fetches
 *   npm run bench -- otp --runtime node22 --section start
 *   npm run bench -- otp --runtime this --section verify,generate --rounds 50
 */
const nodeMajor = Number(process.versions.node.split('.')[0]);
if (nodeMajor < 24) {
  console.error(
    `The benchmark needs Node.js 24 or newer, and this is ${process.version}. Run it with "npm run bench".`,
  );
  process.exit(1);
}
if (process.argv[2] === 'otp') {
  const { benchOtp, readOtpArguments } = await import('./otp.ts');
  await benchOtp(readOtpArguments(process.argv.slice(3)));
  process.exit(0);
}
const { benchService } = await import('./service.ts');
const flag = process.argv.indexOf('--seconds');
const seconds = flag === -1 ? 5 : Number(process.argv[flag + 1]);
if (!Number.isInteger(seconds) || seconds < 1 || seconds > 20) {
  console.error('--seconds is a whole number from 1 to 20.');
  process.exit(2);
}
await benchService({ seconds });
