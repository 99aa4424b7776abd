import { parentPort } from 'node:worker_threads';
import { ImportError } from '../import-error.ts';
import { decodePng } from './decode-png.ts';
import type { ScanAnswer } from './scan-qr.ts';
import { scanPixels } from './scan-pixels.ts';

/** The other side of `scan-qr.ts`: an image comes in, the text of its code or a refusal goes out. */
parentPort?.on('message', (bytes: Uint8Array) => {
  parentPort?.postMessage(answerTo(bytes), []);
});

function answerTo(bytes: Uint8Array): ScanAnswer {
  try {
    return { text: scanPixels(decodePng(bytes)) };
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return { code: error.code, message: error.message };
  }
}
