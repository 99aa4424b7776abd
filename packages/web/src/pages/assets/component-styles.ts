/** Cards, forms, messages, the QR code, the lists of devices, codes and events; and what a printer gets. */
export const componentStyles: string = `
.card {
  margin: 0 0 1.25rem;
  padding: 1.5rem;
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: 16px;
  box-shadow: var(--shadow);
}

.card > .head { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0.25rem 1rem; margin-bottom: 0.5rem; }
.card > .head h2 { margin: 0; }

.badge { display: inline-block; padding: 0.1rem 0.65rem; border-radius: 99px; font-size: 0.9rem; font-weight: 600; }
.badge.on { background: var(--good-ground); color: var(--good); }
.badge.off { background: var(--sunken); color: var(--soft); }

.message { margin: 0 0 1.25rem; padding: 0.9rem 1.1rem; border-radius: 12px; border: 1px solid; }
.message h2 { font-size: 1.02rem; margin-bottom: 0.25rem; }
.message.good { background: var(--good-ground); color: var(--good); }
.message.warn { background: var(--warn-ground); color: var(--warn); }
.message.bad { background: var(--bad-ground); color: var(--bad); }
.message.bad a { color: inherit; }

.field { margin: 0 0 1.1rem; }
.field label { display: block; font-weight: 600; margin-bottom: 0.3rem; }
.field .hint { color: var(--soft); margin: 0 0 0.4rem; font-size: 0.95rem; }
.field .error { color: var(--bad); font-weight: 600; margin: 0 0 0.4rem; }

input.text {
  display: block;
  width: 100%;
  min-height: 2.9rem;
  padding: 0.5rem 0.8rem;
  font: inherit;
  color: var(--ink);
  background: var(--surface);
  border: 1px solid var(--edge);
  border-radius: 10px;
}

.field.wrong input.text { border-color: var(--bad); border-width: 2px; }
input.text:focus-visible { outline-offset: 1px; }
input.code { font: 1.6rem/1.3 var(--mono); letter-spacing: 0.22em; max-width: 15rem; min-height: 3.4rem; }
input.code.long { font-size: 1.15rem; letter-spacing: 0.06em; max-width: 22rem; text-transform: uppercase; }

button, .button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  min-height: 2.9rem;
  padding: 0.5rem 1.2rem;
  font: inherit;
  font-weight: 600;
  text-decoration: none;
  border-radius: 10px;
  border: 1px solid var(--edge);
  background: var(--surface);
  color: var(--ink);
  cursor: pointer;
}

button[hidden] { display: none; }
button:hover, .button:hover { border-color: var(--accent); color: var(--accent-strong); }
button.primary, .button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.primary:hover, .button.primary:hover { background: var(--accent-strong); border-color: var(--accent-strong); color: var(--on-accent); }
button.danger { color: var(--bad); }
button.danger:hover { border-color: var(--bad); color: var(--bad); }
button.primary.danger { background: var(--bad); border-color: var(--bad); color: var(--surface); }
button.quiet { border-color: transparent; background: none; color: var(--accent); padding-inline: 0.6rem; font-weight: 500; text-decoration: underline; text-underline-offset: 0.18em; }
:is(.aside, .narrow > form) > button.quiet { margin-left: -0.6rem; }

.actions { display: flex; flex-wrap: wrap; align-items: center; gap: 0.6rem; margin-top: 1.1rem; }
.aside { margin: 1.1rem 0 0; color: var(--soft); }
a.tall { display: inline-flex; align-items: center; min-height: 2.75rem; }

details > summary { cursor: pointer; min-height: 2.75rem; display: flex; align-items: center; gap: 0.5rem; color: var(--accent); font-weight: 500; }
details > summary::before { content: ''; width: 0.5em; height: 0.5em; border-right: 2px solid; border-bottom: 2px solid; transform: rotate(-45deg); flex: none; margin-left: 0.15em; }
details[open] > summary::before { transform: rotate(45deg); }
details > summary::-webkit-details-marker { display: none; }
details > :not(summary) { margin-top: 0.25rem; }

ol.steps { list-style: none; margin: 0; padding: 0; counter-reset: step; }
ol.steps > li { counter-increment: step; position: relative; padding-left: 2.9rem; margin: 0 0 2rem; }
ol.steps > li:last-child { margin-bottom: 0; }
ol.steps > li::before {
  content: counter(step);
  position: absolute; left: 0; top: -0.1rem;
  width: 1.95rem; height: 1.95rem;
  display: grid; place-items: center;
  border-radius: 50%; border: 2px solid var(--accent);
  color: var(--accent); font-weight: 650;
}

.scan { display: flex; flex-wrap: wrap; gap: 1.25rem 1.5rem; align-items: flex-start; margin: 0.9rem 0; }
.qr { padding: 0.2rem; background: #fff; border: 1px solid var(--line); border-radius: 14px; line-height: 0; }
.qr img { image-rendering: pixelated; max-width: 100%; height: auto; }
.scan > .beside { flex: 1 1 13rem; min-width: 0; }

.key { display: grid; grid-template-columns: repeat(4, max-content); gap: 0.25rem 0.85rem; margin: 0 0 0.6rem; padding: 0.7rem 0.9rem; background: var(--sunken); border-radius: 10px; font: 1.05rem/1.5 var(--mono); letter-spacing: 0.04em; }
code.command { display: block; margin: 0 0 0.6rem; padding: 0.7rem 0.9rem; background: var(--sunken); border-radius: 10px; font: 0.9rem/1.5 var(--mono); overflow-wrap: anywhere; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; margin: 0 0 0.6rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }

ol.codes { list-style: none; margin: 1rem 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(13.5rem, 1fr)); gap: 0.5rem 1rem; counter-reset: code; }
ol.codes > li { counter-increment: code; display: flex; align-items: baseline; gap: 0.75rem; padding: 0.45rem 0.9rem; background: var(--sunken); border-radius: 10px; }
ol.codes > li::before { content: counter(code); min-width: 1.3em; text-align: right; color: var(--soft); font-size: 0.85rem; }
ol.codes code { font: 1.02rem/1.5 var(--mono); white-space: nowrap; }

ul.devices { list-style: none; margin: 0 0 0.5rem; padding: 0; }
ul.devices > li { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; align-items: start; padding: 0.9rem 0; border-top: 1px solid var(--line); }
ul.devices > li:first-child { border-top: 0; padding-top: 0.25rem; }
ul.devices h3 { margin: 0; font-size: 1.02rem; overflow-wrap: anywhere; }
ul.devices p { margin: 0; color: var(--soft); font-size: 0.925rem; }
ul.devices details { grid-column: 1 / -1; }
ul.devices .field { margin-bottom: 0.6rem; }

ul.log { list-style: none; margin: 0; padding: 0; }
ul.log > li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; padding: 0.55rem 0; border-top: 1px solid var(--line); }
ul.log > li:first-child { border-top: 0; }
ul.log .careful { color: var(--warn); font-weight: 500; }
ul.log time { color: var(--soft); font-size: 0.925rem; }

@media (max-width: 26rem) {
  main { padding-inline: 1rem; }
  .bar { padding-inline: 1rem; }
  .card { padding: 1.15rem 1rem; border-radius: 14px; }
  ol.steps > li { padding-left: 0; }
  ol.steps > li > h2:first-child { min-height: 1.95rem; padding-left: 2.6rem; }
  .who { width: 100%; justify-content: space-between; }
  .who .name { max-width: 8rem; }
}

@media (prefers-contrast: more) {
  :root { --line: var(--edge); }
}

@media (forced-colors: active) {
  .card, .message, .badge { border: 1px solid; }
  .qr { forced-color-adjust: none; }
}

@media print {
  :root { --ground: #fff; --surface: #fff; --sunken: #fff; --ink: #000; --soft: #333; --line: #999; --shadow: none; }
  .bar, .skip, .actions, .message, .no-print { display: none; }
  main { max-width: none; padding: 0; }
  .card { border: 0; padding: 0; box-shadow: none; }
  ol.codes { grid-template-columns: 1fr 1fr; }
  ol.codes > li { border: 1px solid #999; break-inside: avoid; }
  ol.codes code { font-size: 13pt; }
}
`;
