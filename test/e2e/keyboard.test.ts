import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authenticator, scan } from './authenticator.ts';
import { hasBrowserParts, launchBrowser } from './browser.ts';
import { person } from './person.ts';
import { startDemo, type RunningDemo } from './running-demo.ts';

const tabsMax = 30;

describe.runIf(hasBrowserParts())('with the keyboard alone', () => {
  let browser: Browser;
  let demo: RunningDemo;

  beforeAll(async () => {
    [browser, demo] = await Promise.all([launchBrowser(), startDemo()]);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  test('register, turn on, sign out and sign in without a mouse; the focus is always to be seen', async () => {
    const page = await browser.newPage();
    const dora = person(page, demo.url, 'Dora');
    await page.goto(demo.url);
    await tabTo(page, 'Create an account');
    await enter(page);
    await dora.expectTitle('Create an account');
    // The page begins in its first field.
    await page.keyboard.type('Dora');
    // An e-mail address may be left out.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('correct horse battery');
    await enter(page);
    await dora.expectTitle('Home');
    await tabTo(page, 'Set it up');
    await enter(page);
    await dora.expectTitle('Two-factor authentication');
    await tabTo(page, 'Turn on');
    await enter(page);
    await dora.expectTitle('Set up your authenticator app');
    const app = authenticator(scan(await page.screenshot()));
    await tabTo(page, 'Code from your app');
    await page.keyboard.type(app.wrongCode());
    await enter(page);
    await dora.expectTitle('Error: Set up your authenticator app');
    // After an error the page begins in the field that it is about.
    await page.keyboard.type(await app.nextCode());
    await enter(page);
    await dora.expectTitle('Keep your backup codes');
    await tabTo(page, 'I have kept them');
    await enter(page);
    await tabTo(page, 'Sign out');
    await enter(page);
    await dora.expectTitle('Welcome');
    await tabTo(page, 'Sign in');
    await enter(page);
    await dora.expectTitle('Sign in');
    await page.keyboard.type('dora');
    await page.keyboard.press('Tab');
    await page.keyboard.type('correct horse battery');
    await enter(page);
    await dora.expectTitle('Enter your code');
    await page.keyboard.type(await app.nextCode());
    await enter(page);
    await dora.expectHome();
  }, 120_000);
});

async function enter(page: Page): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}

/** Goes on by Tab until what has the focus is called so; everything on the way shows that it has it. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let tabs = 0; tabs < tabsMax; tabs += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const label = (element as HTMLInputElement).labels?.[0]?.textContent;
      const isSeen =
        element === document.body || (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2);
      return { name: (label ?? element.textContent).trim(), isSeen };
    });
    expect(focused.isSeen, `the focus on "${focused.name}"`).toBe(true);
    if (focused.name === name) return;
  }
  throw new Error(`${tabsMax} times Tab did not lead to "${name}".`);
}
