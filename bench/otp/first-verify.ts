/** `first-verify.ts FILE`: how long the first import and the first verification of a fresh process take, in milliseconds. */
interface Library {
  readonly Totp: new (secret: string) => {
    verify(code: string, options: { readonly at: number }): object | null;
  };
}

const [file] = process.argv.slice(2);
const started = performance.now();
const { Totp } = (await import(file!)) as Library;
const imported = performance.now();
const match = new Totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ').verify('287082', { at: 59 });
const verified = performance.now();
if (match === null) throw new Error('The right code was refused.');
process.stdout.write(JSON.stringify({ imported: imported - started, verified: verified - imported }));
