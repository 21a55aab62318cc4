// The page: finds the session, then shows the view that the address names: "#/" or "#/review/ID".
import { connect, listen } from './api.js';
import { el, notify } from './dom.js';
import { HomeView } from './home.js';
import { ReviewView } from './review.js';
import { loadTexts, setLanguage, currentLanguage, t } from './texts.js';

const main = document.getElementById('main');
const jobs = new Map();
let server;
let view;

function askToken(problem) {
  return new Promise((resolve) => {
    const input = el('input', { type: 'password', id: 'token', autocomplete: 'off', required: true });
    main.replaceChildren(el('form.card', { onsubmit: (event) => { event.preventDefault(); resolve(input.value.trim()); } },
      el('h1', {}, t('token.title')), el('p', {}, t('token.text')),
      problem ? el('p.bad', { role: 'alert' }, problem) : null,
      el('div.row', {}, el('label', { for: 'token' }, t('token.label')), input, el('button.main', { type: 'submit' }, t('token.go')))));
    input.focus();
  });
}

function show() {
  view?.close();
  const review = location.hash.match(/^#\/review\/([0-9a-f]{32})$/);
  main.className = review ? 'wide' : '';
  view = review ? new ReviewView(main, review[1], jobs) : new HomeView(main, server, jobs);
  document.title = view.title ? `${view.title} – Invisiblur` : 'Invisiblur';
}

function setUpSettings() {
  const language = document.getElementById('language');
  const theme = document.getElementById('theme');
  language.value = currentLanguage();
  language.addEventListener('change', () => { setLanguage(language.value); show(); });
  theme.value = localStorage.getItem('theme') ?? 'auto';
  theme.addEventListener('change', () => { localStorage.setItem('theme', theme.value); applyTheme(theme.value); });
  applyTheme(theme.value);
}

function applyTheme(theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

async function start() {
  await loadTexts();
  setUpSettings();
  try {
    server = await connect(askToken);
  } catch (error) {
    main.replaceChildren(el('div.card', {}, el('h1', {}, t('error.title')), el('p', {}, error.message)));
    return;
  }
  let away = false;
  listen({
    job: (job) => { jobs.set(job.id, job); view?.changed(job); },
    gone: (id) => { jobs.delete(id); view?.gone(id); },
    lost: (lost) => {
      if (lost && !away) notify(t('error.offline'));
      away = lost;
    },
  });
  window.addEventListener('hashchange', () => { show(); main.focus(); window.scrollTo(0, 0); });
  show();
}

start();
