/** `first-verify.ts`: how long the first import and the first verification of a fresh process take, in milliseconds. */
const started = performance.now();
const { Totp } = await import('@tidelock/otp');
const imported = performance.now();
const match = new Totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ').verify('287082', { at: 59 });
const verified = performance.now();
if (match === null) throw new Error('The right code was refused.');
process.stdout.write(JSON.stringify({ imported: imported - started, verified: verified - imported }));
