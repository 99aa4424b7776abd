import { createHash } from 'node:crypto';
import { pageScript } from './page-script.ts';
import { stylesheet } from './stylesheet.ts';

/** Where the pages' own files are. The names change with the contents, so that a browser may keep them. */
export interface PageAssets {
  readonly stylesheetPath: string;
  readonly scriptPath: string;
  readonly iconPath: string;
  /** The file of a path, or null. */
  serve(path: string): Response | null;
}

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="9.5" cy="14.5" r="7.5" fill="#12808a"/><circle cx="20" cy="4.5" r="3.2" fill="#12808a"/></svg>`;

export function createPageAssets(basePath: string): PageAssets {
  const files = new Map<string, { readonly type: string; readonly text: string }>();
  const add = (name: string, type: string, text: string): string => {
    const digest = createHash('sha256').update(text).digest('base64url').slice(0, 12);
    const path = `${basePath}/${name.replace('.', `-${digest}.`)}`;
    files.set(path, { type, text });
    return path;
  };
  return {
    stylesheetPath: add('pages.css', 'text/css; charset=utf-8', stylesheet),
    scriptPath: add('pages.js', 'text/javascript; charset=utf-8', pageScript),
    iconPath: add('icon.svg', 'image/svg+xml', icon),
    serve(path) {
      const file = files.get(path);
      if (file === undefined) return null;
      return new Response(file.text, {
        headers: {
          'content-type': file.type,
          'cache-control': 'public, max-age=31536000, immutable',
          'cross-origin-resource-policy': 'same-origin',
          'x-content-type-options': 'nosniff',
        },
      });
    },
  };
}
