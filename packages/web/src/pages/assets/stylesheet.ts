import { componentStyles } from './component-styles.ts';

/**
 * The one stylesheet: system fonts, one accent colour, light and dark, print for the backup codes. Every pair of colours has a
 * contrast of 4.5 at least (WCAG 2.2, 1.4.3), every target 44 px (2.5.5); the browser test measures both.
 */
export const stylesheet: string = `:root {
  color-scheme: light dark;
  --ground: #f4f6f7;
  --surface: #ffffff;
  --sunken: #eef2f4;
  --ink: #14212b;
  --soft: #51606b;
  --line: #d5dde2;
  --edge: #7b8a94;
  --accent: #0b6470;
  --accent-strong: #084c56;
  --on-accent: #ffffff;
  --good: #17603a;
  --good-ground: #e6f4ec;
  --warn: #7a4b00;
  --warn-ground: #fdf3df;
  --bad: #a3211b;
  --bad-ground: #fdecea;
  --shadow: 0 1px 2px rgb(20 33 43 / 6%), 0 8px 24px rgb(20 33 43 / 6%);
  --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace;
}

@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1317;
    --surface: #151d23;
    --sunken: #1c262d;
    --ink: #e7eef2;
    --soft: #a6b4bd;
    --line: #2a363e;
    --edge: #71828d;
    --accent: #6fd0d8;
    --accent-strong: #95e0e6;
    --on-accent: #06262a;
    --good: #8fd9ae;
    --good-ground: #12291d;
    --warn: #f0c987;
    --warn-ground: #2c2210;
    --bad: #ffaca5;
    --bad-ground: #361715;
    --shadow: none;
  }
}

*, *::before, *::after { box-sizing: border-box; }

html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }

body {
  margin: 0;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'DejaVu Sans', sans-serif;
  overflow-wrap: break-word;
}

.bar {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.25rem 1rem;
  max-width: 44rem;
  margin: 0 auto;
  padding: 1rem 1.25rem 0;
}

.brand {
  display: inline-flex;
  align-items: center;
  gap: 0.6rem;
  min-height: 2.75rem;
  color: var(--ink);
  font-weight: 650;
  letter-spacing: -0.01em;
  text-decoration: none;
}

.brand:hover { text-decoration: underline; }
.who button { margin-right: -0.6rem; }
.mark { color: var(--accent); flex: none; }
.who { display: flex; align-items: center; gap: 0.25rem; min-width: 0; }
.who .name { color: var(--soft); max-width: 12rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }

main { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
main:has(> .narrow), body:has(.narrow) .bar { max-width: 30rem; }

h1 { margin: 0 0 0.75rem; font-size: clamp(1.6rem, 1.3rem + 1.4vw, 2.1rem); line-height: 1.2; letter-spacing: -0.02em; text-wrap: balance; }
h2 { margin: 0 0 0.5rem; font-size: 1.15rem; line-height: 1.35; letter-spacing: -0.01em; }
p { margin: 0 0 0.75rem; }
p:last-child { margin-bottom: 0; }
.lead { color: var(--soft); font-size: 1.06rem; margin-bottom: 1.5rem; text-wrap: pretty; }
.soft { color: var(--soft); }
.small { font-size: 0.925rem; }

a { color: var(--accent); text-underline-offset: 0.18em; text-decoration-thickness: 0.06em; }
a:hover { color: var(--accent-strong); text-decoration-thickness: 0.12em; }

:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
main:focus { outline: none; }

.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 1rem; top: -4rem; padding: 0.6rem 1rem; background: var(--surface); color: var(--accent); border-radius: 8px; z-index: 1; }
.skip:focus { top: 0.5rem; }
${componentStyles}`;
