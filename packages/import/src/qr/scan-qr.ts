import { Worker } from 'node:worker_threads';
import { ImportError, type ImportErrorCode } from '../import-error.ts';
import { limits } from '../limits.ts';

/** What the worker says of an image. */
export type ScanAnswer =
  { readonly text: string } | { readonly code: ImportErrorCode; readonly message: string };

/** In a checkout the worker is TypeScript, which Node 24 runs as it is; in the package it is JavaScript. Both names stand whole, for tools. */
const workerUrl: URL = import.meta.url.endsWith('.ts')
  ? new URL('./scan-worker.ts', import.meta.url)
  : new URL('./scan-worker.js', import.meta.url);

/**
 * The texts of the QR codes on some images, each decoded in a worker thread.
 *
 * SECURITY: F5, the scanner takes minutes over an image of noise. In a worker it holds nobody up, and after `scanSecondsMax` it is
 * stopped (`import-qr-png.test.ts`).
 *
 * @throws ImportError `import/unsupported-image`, `import/no-qr-code`, `import/cost-too-high`
 */
export async function scanQr(images: readonly Uint8Array[]): Promise<string[]> {
  const worker = new Worker(workerUrl, {
    name: 'tidelock-import-qr',
    resourceLimits: { maxOldGenerationSizeMb: limits.scanMegabytesMax },
  });
  try {
    const texts: string[] = [];
    for (const image of images) {
      const answer = await ask(worker, image);
      if ('code' in answer) throw new ImportError(answer.code, answer.message);
      texts.push(answer.text);
    }
    return texts;
  } finally {
    await worker.terminate();
  }
}

function ask(worker: Worker, image: Uint8Array): Promise<ScanAnswer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(tooSlow())), limits.scanSecondsMax * 1000);
    const onAnswer = (answer: ScanAnswer): void => settle(() => resolve(answer));
    const onError = (error: unknown): void => settle(() => reject(isOutOfMemory(error) ? tooSlow() : error));
    worker.once('message', onAnswer);
    worker.once('error', onError);
    worker.postMessage(image, []);

    function settle(end: () => void): void {
      clearTimeout(timer);
      worker.off('message', onAnswer);
      worker.off('error', onError);
      end();
    }
  });
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function tooSlow(): ImportError {
  return new ImportError(
    'import/cost-too-high',
    'Looking for a QR code on this image takes too long. Cut the code out, with some white around it.',
  );
}
