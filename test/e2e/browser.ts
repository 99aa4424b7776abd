import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { ensureCommand } from '../components/system-packages.ts';

/** Whether everything is there that these tests use; in CI a missing part is a failure. */
export function hasBrowserParts(): boolean {
  return [
    { command: 'chromium', debianPackage: 'chromium' },
    { command: 'zbarimg', debianPackage: 'zbar-tools' },
    { command: 'oathtool', debianPackage: 'oathtool' },
  ].every((part) => ensureCommand(part));
}

/** The system's Chromium, with nothing that goes out to a network. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

const widths = [320, 1100] as const;
const schemes = ['light', 'dark'] as const;
/** What a finger hits with ease (WCAG 2.2, 2.5.5). */
const targetPixels = 44;
/** Where pictures go, for whoever wants to look at them. */
const pictureFolder = process.env['TIDELOCK_SCREENSHOTS'];

/**
 * Looks at a page in light and dark, on a phone of 320 px and on a desk: axe-core finds nothing, nothing sticks out sideways, every
 * button and field can be hit, and nothing was loaded from elsewhere.
 */
export async function inspect(page: Page, name: string): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      const place = `${name}, ${width} px, ${colorScheme}`;
      expect(await violationsOf(page), place).toEqual([]);
      await takePicture(page, `${name}-${width}-${colorScheme}`);
    }
    const { overflow, small } = await measure(page);
    expect(overflow, `${name} at ${width} px`).toBeLessThanOrEqual(0);
    expect(small, `${name} at ${width} px`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1100, height: 900 });
}

export async function takePicture(page: Page, name: string): Promise<void> {
  if (pictureFolder === undefined) return;
  writeFileSync(join(pictureFolder, `${name}.png`), await page.screenshot({ fullPage: true }));
}

/** By DevTools, which the page's own policy does not hold back. */
async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const run = (window as unknown as { axe: typeof axe }).axe.run;
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  });
}

async function measure(page: Page) {
  return page.evaluate((least) => {
    const controls = [
      ...document.querySelectorAll<HTMLElement>('button, a.button, input.text, summary, a.brand'),
    ];
    const shown = controls.filter((control) => control.getClientRects().length > 0);
    return {
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      small: shown
        .filter((control) => control.getBoundingClientRect().height < least)
        .map((control) => control.outerHTML.slice(0, 80)),
    };
  }, targetPixels);
}
