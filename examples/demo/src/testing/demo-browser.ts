import type { Demo } from '../create-demo.ts';

/** An answer, read. */
export interface DemoPage {
  readonly status: number;
  /** Where it was in the end: redirects are followed. */
  readonly path: string;
  readonly headers: Headers;
  readonly html: string;
  readonly title: string;
}

/** What differs from what a browser would do. */
export interface Bending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  /** In place of the last page's token; null for none. */
  readonly csrf?: string | null;
  readonly body?: string;
  readonly followsRedirects?: boolean;
}

export const password = 'correct horse battery';

/** As much of a browser as forms and cookies need. */
export class DemoBrowser {
  readonly #demo: Demo;
  readonly #origin: string;
  /** The session cookie, as `name=value`. */
  cookie = '';
  /** Where it is. */
  address = '127.0.0.1';
  page: DemoPage | null = null;

  constructor(demo: Demo, origin = 'http://localhost:3000') {
    this.#demo = demo;
    this.#origin = origin;
  }

  get(path: string, bending: Bending = {}): Promise<DemoPage> {
    return this.send('GET', path, undefined, bending);
  }

  /** Sends a form as the last page would: from this origin, with its hidden fields for this address. */
  post(
    path: string,
    fields: Readonly<Record<string, string>> = {},
    bending: Bending = {},
  ): Promise<DemoPage> {
    const csrf = bending.csrf === undefined ? this.#csrf() : bending.csrf;
    const all = { ...(csrf === null ? {} : { csrf }), ...fields };
    return this.send('POST', path, new URLSearchParams(all).toString(), bending);
  }

  async send(method: string, path: string, body: string | undefined, bending: Bending): Promise<DemoPage> {
    const headers = new Headers();
    if (this.cookie !== '') headers.set('cookie', this.cookie);
    if (method !== 'GET') {
      headers.set('origin', this.#origin);
      headers.set('content-type', 'application/x-www-form-urlencoded');
    }
    for (const [name, value] of Object.entries(bending.headers ?? {})) {
      if (value === null) headers.delete(name);
      else headers.set(name, value);
    }
    const init = { method: bending.method ?? method, headers, body: bending.body ?? body ?? null };
    const response = await this.#demo.fetch(new Request(`${this.#origin}${path}`, init), {
      remoteAddress: this.address,
    });
    for (const line of response.headers.getSetCookie()) this.cookie = line.split(';')[0]!;
    const location = response.headers.get('location');
    if (location !== null && bending.followsRedirects !== false) return this.get(location);
    const html = await response.text();
    const title = /<title>([^<]*)<\/title>/.exec(html)?.[1]?.replace(' – Acme', '') ?? '';
    this.page = { status: response.status, path, headers: response.headers, html, title };
    return this.page;
  }

  /** A hidden field of the last page. */
  field(name: string): string {
    const found = new RegExp(`name="${name}" value="([^"]*)"`).exec(this.page?.html ?? '')?.[1];
    if (found === undefined) throw new Error(`The page "${this.page?.title}" has no field ${name}.`);
    return found;
  }

  async register(name: string, email = ''): Promise<DemoPage> {
    await this.get('/register');
    return this.post('/register', { name, email, password });
  }

  async signIn(name: string, typed: string = password): Promise<DemoPage> {
    await this.get('/login');
    return this.post('/login', { name, password: typed });
  }

  #csrf(): string | null {
    return /name="csrf" value="([^"]*)"/.exec(this.page?.html ?? '')?.[1] ?? null;
  }
}
