import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scan } from './authenticator.ts';
import { hasBrowserParts, inspect, launchBrowser } from './browser.ts';
import { codeIn, linkIn, startRecoverableDemo, type RecoverableDemo } from './recoverable-demo.ts';

const minutes = 60_000;
const day = 24 * 3600;
const first = 'correct horse battery';
const second = 'staple of another stable';

describe.runIf(hasBrowserParts())('somebody who lost every device', () => {
  let browser: Browser;
  let demo: RecoverableDemo;

  beforeAll(async () => {
    [browser, demo] = await Promise.all([launchBrowser(), startRecoverableDemo()]);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  const newPage = async (): Promise<Page> => (await browser.newContext()).newPage();
  const press = (page: Page, name: string): Promise<void> =>
    page.getByRole('button', { name, exact: true }).first().click();
  const expectTitle = (page: Page, title: string) =>
    expect.poll(() => page.title().catch(() => ''), { timeout: 15_000 }).toBe(`${title} – Tidelock Demo`);

  async function register(page: Page, name: string): Promise<void> {
    await page.goto(`${demo.url}/register`);
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('E-mail address').fill(`${name.toLowerCase()}@example.com`);
    await page.getByLabel('Password').fill(first);
    await press(page, 'Create account');
    await expectTitle(page, 'Home');
  }

  async function signIn(page: Page, name: string, password: string): Promise<void> {
    await page.goto(`${demo.url}/login`);
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Password').fill(password);
    await press(page, 'Continue');
  }

  /** What the QR code on the page holds, read from a picture of it. */
  async function scanSecret(page: Page): Promise<string> {
    await expectTitle(page, 'Set up your authenticator app');
    return new URL(scan(await page.screenshot())).searchParams.get('secret') ?? '';
  }

  async function typeCode(page: Page, code: string): Promise<void> {
    await page.getByLabel('Code from your app').fill(code);
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  }

  async function typeMailedCode(page: Page, code: string, button: string): Promise<void> {
    await page.getByLabel('Code from the message').first().fill(code);
    await Promise.all([page.waitForEvent('load'), press(page, button)]);
  }

  async function enroll(page: Page): Promise<string> {
    await page.goto(`${demo.url}/two-factor`);
    await press(page, 'Turn on');
    const secret = await scanSecret(page);
    await typeCode(page, demo.codeOf(secret));
    await expectTitle(page, 'Keep your backup codes');
    return secret;
  }

  test(
    'S29 S30 B06 adds a second phone, loses both, gets back by two mailed codes and a day of waiting',
    async () => {
      const page = await newPage();
      await register(page, 'Alice');
      const phone = await enroll(page);
      await page.goto(`${demo.url}/two-factor`);
      await page.getByText('Add another device').click();
      await page.getByLabel('What do you call it?').fill('Tablet');
      await press(page, 'Add it');
      await expectTitle(page, 'Confirm that it is you');
      await typeCode(page, demo.codeOf(phone));
      const tablet = await scanSecret(page);
      await typeCode(page, demo.codeOf(tablet));
      await expectTitle(page, 'Two-factor authentication');
      expect(await page.getByRole('heading', { level: 3 }).allTextContents()).toEqual(['My phone', 'Tablet']);
      await press(page, 'Sign out');
      await signIn(page, 'Alice', first);
      await typeCode(page, demo.codeOf(tablet));
      await expectTitle(page, 'Home');
      await press(page, 'Sign out');

      await signIn(page, 'Alice', first);
      await page.getByText('Lost your device and your backup codes?').click();
      await expectTitle(page, 'Get back in without your device');
      await inspect(page, 'recovery-begin');
      await press(page, 'Send me a code');
      await page.getByText('A code was sent to your').waitFor();
      await inspect(page, 'recovery-proofs');
      const begun = await demo.mail('Alice', 'a code to get back into your account');
      await typeMailedCode(page, '0000-0000', 'Confirm');
      await expectTitle(page, 'Error: Get back in without your device');
      await typeMailedCode(page, codeIn(begun), 'Confirm');
      await page.getByText('Done', { exact: true }).waitFor();

      await page.getByText('Change your password').click();
      await expectTitle(page, 'Change your password');
      await inspect(page, 'password');
      await page.getByLabel('Your password now').fill(first);
      await page.getByLabel('New password').fill(second);
      await press(page, 'Change password');
      await page.getByText('Another 24 hours').waitFor();
      await inspect(page, 'recovery-waiting');
      await demo.mail('Alice', 'is to be switched off');

      // Neither the password alone nor patience of less than a day opens anything.
      demo.clock.advance(day - 60);
      await signIn(page, 'Alice', second);
      await expectTitle(page, 'Enter your code');
      await page.goto(`${demo.url}/two-factor/recovery`);
      await page.getByText('Another 1 minute').waitFor();
      demo.clock.advance(61);
      await page.reload();
      await page.getByText('The last code', { exact: true }).waitFor();
      await inspect(page, 'recovery-ready');
      await press(page, 'Send me the last code');
      await page.getByText('A code was sent to your').waitFor();
      const last = await demo.mail('Alice', 'the last code');
      await typeMailedCode(page, codeIn(last), 'Remove my old devices');
      await expectTitle(page, 'Sign in');
      await page.getByText('Your old devices were removed').waitFor();
      await demo.mail('Alice', 'was switched off');

      await signIn(page, 'Alice', second);
      await expectTitle(page, 'Home');
      const anew = await enroll(page);
      expect([phone, tablet]).not.toContain(anew);
    },
    4 * minutes,
  );

  test(
    'S25 C13 replaces a phone: the old one works until the new one is confirmed by its code and by mail',
    async () => {
      const page = await newPage();
      await register(page, 'Carol');
      const old = await enroll(page);
      await page.goto(`${demo.url}/two-factor`);
      await page.getByText('Replace', { exact: false }).first().click();
      await inspect(page, 'replace');
      await page.getByLabel('What do you call the new device?').fill('New phone');
      await press(page, 'Set the new one up');
      await expectTitle(page, 'Confirm that it is you');
      await typeCode(page, demo.codeOf(old));
      const fresh = await scanSecret(page);
      await inspect(page, 'replace-confirm');
      const mail = await demo.mail('Carol', 'a code to confirm your new device');
      // Left in the middle, nothing has changed.
      const other = await newPage();
      await signIn(other, 'Carol', first);
      await typeCode(other, demo.codeOf(old));
      await expectTitle(other, 'Home');
      await page.getByLabel('Code from your app').fill(demo.codeOf(fresh));
      await page.getByLabel('Code from the message').fill(codeIn(mail));
      await press(page, 'Replace the device');
      await page.getByText('took the place of the old one').waitFor();
      expect(await page.getByRole('heading', { level: 3 }).allTextContents()).toEqual(['New phone']);
      await signIn(other, 'Carol', first);
      await typeCode(other, demo.codeOf(old));
      await expectTitle(other, 'Error: Enter your code');
    },
    3 * minutes,
  );

  test(
    'C22 C24 F4 S30 freezes a recovery that was not theirs, by the link of the mail, and everybody is out',
    async () => {
      const owner = await newPage();
      await register(owner, 'Bob');
      const phone = await enroll(owner);
      const thief = await newPage();
      await signIn(thief, 'Bob', first);
      await thief.goto(`${demo.url}/two-factor/recovery`);
      await press(thief, 'Send me a code');
      const mail = await demo.mail('Bob', 'somebody wants to switch');

      const link = linkIn(mail);
      const reader = await newPage();
      await reader.goto(link);
      await expectTitle(reader, 'Was this not you?');
      await inspect(reader, 'not-me');
      // Looking at it, as a mail scanner does, stopped nothing.
      await thief.reload();
      await expectTitle(thief, 'Get back in without your device');
      await press(reader, 'This was not me: stop it');
      await expectTitle(reader, 'It is stopped');
      await inspect(reader, 'not-me-stopped');
      await demo.mail('Bob', 'was stopped');
      await reader.goto(link);
      await press(reader, 'This was not me: stop it');
      await expectTitle(reader, 'This link does nothing any more');

      await thief.goto(`${demo.url}/two-factor/recovery`);
      await expectTitle(thief, 'Sign in');
      await owner.goto(`${demo.url}/two-factor`);
      await expectTitle(owner, 'Sign in');
      await signIn(thief, 'Bob', first);
      await thief.goto(`${demo.url}/two-factor/recovery`);
      await thief.getByText('was not theirs').waitFor();
      expect(await thief.getByRole('button', { name: 'Send me a code' }).count()).toBe(0);
      await inspect(thief, 'recovery-frozen');
      await signIn(owner, 'Bob', first);
      await typeCode(owner, demo.codeOf(phone));
      await expectTitle(owner, 'Home');
    },
    3 * minutes,
  );
});
