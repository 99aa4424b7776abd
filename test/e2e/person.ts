import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { authenticator, scan, type Authenticator } from './authenticator.ts';

/** What somebody does on the pages, found by what is written there and not by the markup. */
export interface Person {
  readonly page: Page;
  readonly name: string;
  register(): Promise<void>;
  signOut(): Promise<void>;
  /** Name and password. */
  enterPassword(password?: string): Promise<void>;
  typeCode(code: string): Promise<void>;
  typeBackupCode(code: string): Promise<void>;
  /** From the home page to the QR code, which is read from a picture of the screen. */
  beginEnrollment(label?: string): Promise<{ readonly uri: string; readonly app: Authenticator }>;
  /** The whole of it; resolves with the code that was used, and the backup codes. */
  enroll(): Promise<{
    readonly app: Authenticator;
    readonly usedCode: string;
    readonly backupCodes: readonly string[];
  }>;
  press(name: string): Promise<void>;
  expectTitle(title: string): Promise<void>;
  expectHome(): Promise<void>;
}

export function person(page: Page, url: string, name: string): Person {
  const password = 'correct horse battery';
  const press = (label: string): Promise<void> =>
    page.getByRole('button', { name: label, exact: true }).first().click();
  const expectTitle = async (title: string): Promise<void> => {
    // While a page is on its way, its title cannot be read, or is that of the page before.
    const titleNow = () => page.title().catch(() => '');
    await expect.poll(titleNow, { timeout: 15_000 }).toBe(`${title} – Tidelock Demo`);
    await page.waitForLoadState();
  };
  const self: Person = {
    page,
    name,
    press,
    expectTitle,
    async register() {
      await page.goto(`${url}/register`);
      await page.getByLabel('Name', { exact: true }).fill(name);
      await page.getByLabel('Password').fill(password);
      await press('Create account');
      await self.expectHome();
    },
    async signOut() {
      await press('Sign out');
      await expectTitle('Welcome');
    },
    async enterPassword(typed = password) {
      await page.goto(`${url}/login`);
      await page.getByLabel('Name', { exact: true }).fill(name);
      await page.getByLabel('Password').fill(typed);
      await press('Continue');
    },
    async typeCode(code) {
      await page.getByLabel('Code from your app').fill(code);
      await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    },
    async typeBackupCode(code) {
      if ((await page.getByLabel('Backup code', { exact: true }).count()) === 0)
        await page.getByText('Use a backup code', { exact: true }).click();
      await page.getByLabel('Backup code', { exact: true }).fill(code);
      await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    },
    async beginEnrollment(label) {
      await page.goto(`${url}/two-factor`);
      if (label !== undefined) await page.getByLabel('What do you call this device?').fill(label);
      await press('Turn on');
      await expectTitle('Set up your authenticator app');
      const uri = scan(await page.screenshot());
      return { uri, app: authenticator(uri) };
    },
    async enroll() {
      const { app } = await self.beginEnrollment();
      const usedCode = await app.nextCode();
      await self.typeCode(usedCode);
      await expectTitle('Keep your backup codes');
      const backupCodes = await page.locator('ol.codes code').allTextContents();
      await page.getByText('I have kept them').click();
      await expectTitle('Two-factor authentication');
      return { app, usedCode, backupCodes };
    },
    async expectHome() {
      await expectTitle('Home');
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(`Hello, ${name}`);
    },
  };
  return self;
}
