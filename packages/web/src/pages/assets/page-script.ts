/**
 * The only script of the pages, a module that every page does without: it shows the buttons that need it (copy, print), tells
 * times in the reader's own zone, and keeps a form from being sent twice by a double click, since a code is accepted once.
 */
export const pageScript = `const say = (button, text) => {
  const before = button.textContent;
  const status = document.createElement('span');
  status.className = 'unseen';
  status.setAttribute('role', 'status');
  button.after(status);
  status.textContent = text;
  button.textContent = text;
  setTimeout(() => { button.textContent = before; status.remove(); }, 2500);
};

for (const button of document.querySelectorAll('button[data-copy]')) {
  const source = document.getElementById(button.dataset.copy);
  if (source === null || navigator.clipboard === undefined) continue;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const text = source.dataset.text ?? source.textContent;
    await navigator.clipboard.writeText(text).then(() => say(button, 'Copied'), () => say(button, 'Not copied'));
  });
}

for (const button of document.querySelectorAll('button[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

const format = new Intl.DateTimeFormat(navigator.language, { dateStyle: 'medium', timeStyle: 'short' });
for (const time of document.querySelectorAll('time[datetime]')) {
  time.textContent = format.format(new Date(time.dateTime));
}

for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent === 'yes') event.preventDefault();
    form.dataset.sent = 'yes';
  });
}
addEventListener('pageshow', (event) => {
  if (event.persisted) for (const form of document.forms) delete form.dataset.sent;
});
`;
