import { setTimeout as wait } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { Totp } from '@tidelock/otp';
import type { Report, Shell } from './shell.ts';

const hurrySeconds = 5;
const clearLine = '\r\u001b[K';

/** Shows the code of now until it is interrupted: one line that counts down on a terminal, else one line for each code. */
export async function watchCode(totp: Totp, shell: Shell, asJson: boolean): Promise<Report> {
  const { output } = shell;
  const signal = shell.interrupted();
  const countsDown = output.isTTY && !asJson;
  let shown = '';
  while (!signal.aborted) {
    const at = Date.now() / 1000;
    const code = totp.generate({ at });
    const secondsLeft = totp.secondsLeft({ at });
    if (countsDown) {
      const left = styleText(secondsLeft <= hurrySeconds ? 'yellow' : 'gray', `${secondsLeft} s`, {
        stream: output,
      });
      output.write(`${clearLine}${styleText('bold', code, { stream: output })}  ${left}`);
    } else if (code !== shown) {
      output.write(asJson ? `${JSON.stringify({ code, secondsLeft })}\n` : `${code}  ${secondsLeft} s\n`);
    }
    shown = code;
    // To the beginning of the next second, and a little into it.
    const pauseMs = 1000 - (Date.now() % 1000) + 5;
    await wait(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  if (countsDown) output.write('\n');
  return { status: 0, text: '', json: null };
}
