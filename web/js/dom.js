// Small helpers for the document. Text is always set as text, never as HTML: names of files come from strangers.
import { t } from './texts.js';

/** el('button.main', {onclick, 'aria-label': …}, children…): an element; `null` children are left out. */
export function el(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split('.');
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(' ');
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== 'string') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Says something at the bottom of the page, for a while or until it is closed. */
export function notify(text, { sticky = false } = {}) {
  const notice = el('div.notice', {}, el('span', {}, text), el('button', { type: 'button', onclick: () => notice.remove() }, t('close')));
  document.getElementById('notices').append(notice);
  if (!sticky) setTimeout(() => notice.remove(), 8000);
}

/** Asks before something that cannot be undone. */
export function ask(title, text, yes) {
  return new Promise((resolve) => {
    const close = (answer) => { dialog.close(); dialog.remove(); resolve(answer); };
    const dialog = el('dialog', { 'aria-labelledby': 'ask-title', oncancel: () => close(false) },
      el('h2', { id: 'ask-title' }, title), el('p', {}, text),
      el('div.row', {}, el('button.main', { type: 'button', onclick: () => close(true) }, yes),
        el('button', { type: 'button', onclick: () => close(false) }, t('no'))));
    document.body.append(dialog);
    dialog.showModal();
  });
}
