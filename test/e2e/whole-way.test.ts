import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowserParts, inspect, launchBrowser } from './browser.ts';
import { person } from './person.ts';
import { startDemo, type RunningDemo } from './running-demo.ts';

const minutes = 60_000;

describe.runIf(hasBrowserParts())('the whole way through a browser', () => {
  let browser: Browser;
  let demo: RunningDemo;

  beforeAll(async () => {
    [browser, demo] = await Promise.all([launchBrowser(), startDemo()]);
  });
  afterAll(async () => {
    await browser?.close();
    expect(await demo?.stop()).toBe(0);
  });

  const newPage = async (options: { readonly javaScriptEnabled?: boolean } = {}) => {
    const context = await browser.newContext({
      ...options,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    const foreign: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(demo.url) && !request.url().startsWith('data:'))
        foreign.push(request.url());
    });
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
        complaints.push(message.text());
    });
    return { page, foreign, complaints };
  };

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with' : 'without';
    test(
      `S04 S10 S12 S17 S35 S38 A1 A6 ${how} JavaScript: register, turn on, sign in with a code, and once with a backup code`,
      async () => {
        const { page, foreign, complaints } = await newPage({ javaScriptEnabled });
        const alice = person(page, demo.url, javaScriptEnabled ? 'Alice' : 'Bob');
        await alice.register();
        const { uri, app } = await alice.beginEnrollment();
        expect(uri).toMatch(/^otpauth:\/\/totp\/Tidelock%20Demo:(Alice|Bob)\?secret=[A-Z2-7]{32}&/);
        expect(await page.getByText('On this phone? Open your app').getAttribute('href')).toBe(uri);
        const groups = await page.locator('#key span').allTextContents();
        expect(groups.map((group) => group.length)).toEqual([4, 4, 4, 4, 4, 4, 4, 4]);
        expect(groups.join('')).toBe(app.secret);

        const usedCode = await app.nextCode();
        await alice.typeCode(usedCode);
        await alice.expectTitle('Keep your backup codes');
        const backupCodes = await page.locator('ol.codes code').allTextContents();
        expect(backupCodes).toHaveLength(10);
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByText('Download', { exact: true }).click(),
        ]);
        expect(download.suggestedFilename()).toBe('backup-codes.txt');
        const file = readFileSync(await download.path(), 'utf8');
        for (const code of backupCodes) expect(file).toContain(code);
        expect(await page.getByRole('button', { name: 'Copy' }).isVisible()).toBe(javaScriptEnabled);
        if (javaScriptEnabled) {
          await alice.press('Copy');
          const copied = await page.evaluate(() => navigator.clipboard.readText());
          for (const code of backupCodes) expect(copied).toContain(code);
        }
        await page.getByText('I have kept them').click();
        await alice.expectTitle('Two-factor authentication');
        expect(await page.getByRole('heading', { level: 3 }).allTextContents()).toEqual(['My phone']);

        await alice.signOut();
        await alice.enterPassword();
        await alice.expectTitle('Enter your code');
        await alice.typeCode(usedCode);
        await alice.expectTitle('Error: Enter your code');
        expect(await page.getByRole('alert').textContent()).toContain('4 tries left.');
        await alice.typeCode(await app.nextCode());
        await alice.expectHome();

        await alice.signOut();
        await alice.enterPassword();
        await alice.typeBackupCode(backupCodes[3]!.toLowerCase().replaceAll('-', ' '));
        await alice.expectHome();
        await alice.signOut();
        await alice.enterPassword();
        await alice.typeBackupCode(backupCodes[3]!);
        await alice.expectTitle('Error: Enter a backup code');
        await alice.typeBackupCode(backupCodes[4]!);
        await alice.expectHome();
        expect(foreign).toEqual([]);
        expect(complaints).toEqual([]);
      },
      3 * minutes,
    );
  }

  test(
    'axe-core finds nothing on any page, in light and dark, on a phone and on a desk',
    async () => {
      const { page } = await newPage();
      const carol = person(page, demo.url, 'Carol');
      await page.goto(demo.url);
      await inspect(page, 'welcome');
      await page.goto(`${demo.url}/register`);
      await inspect(page, 'register');
      await carol.register();
      await inspect(page, 'home-off');
      await page.goto(`${demo.url}/nothing`);
      await inspect(page, 'not-found');
      await page.goto(`${demo.url}/two-factor`);
      await inspect(page, 'security-off');
      const { app } = await carol.beginEnrollment();
      await inspect(page, 'enrollment');
      for (const summary of await page.locator('summary').all()) await summary.click();
      await inspect(page, 'enrollment-open');
      await carol.typeCode(app.wrongCode());
      await carol.expectTitle('Error: Set up your authenticator app');
      await inspect(page, 'enrollment-wrong');
      await carol.typeCode(await app.nextCode());
      await inspect(page, 'backup-codes');
      await page.emulateMedia({ media: 'print' });
      expect(await page.getByText('Download', { exact: true }).isVisible()).toBe(false);
      await page.emulateMedia({ media: 'screen' });
      await page.getByText('I have kept them').click();
      await page.getByText('Rename').first().click();
      await inspect(page, 'security-on');
      await carol.press('Remove My phone');
      await inspect(page, 'step-up');
      await carol.typeCode(app.wrongCode());
      await inspect(page, 'step-up-wrong');
      await carol.signOut();
      await carol.enterPassword('not the password');
      await carol.expectTitle('Error: Sign in');
      await inspect(page, 'login-wrong');
      await carol.enterPassword();
      await inspect(page, 'challenge');
      await carol.typeCode(app.wrongCode());
      await inspect(page, 'challenge-wrong');
      await page.getByText('Use a backup code').click();
      await inspect(page, 'challenge-backup');
    },
    4 * minutes,
  );
});
