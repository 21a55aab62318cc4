// All that the page asks of the server; scripts can do the same (see /api/v1/openapi.json).
import { t, has, currentLanguage } from './texts.js';

const base = '/api/v1';
let csrf = '';

export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function errorOf(response) {
  let said = {};
  try { said = (await response.json()).error ?? {}; } catch { /* no JSON: the status must do */ }
  return new ApiError(response.status, said.code ?? 'failed', plain(said.code, said.message ?? t('error.failed')));
}

/** What a person reads of an error: the server's own sentence in English, ours where the language has one. */
export function plain(code, message) {
  return currentLanguage() !== 'en' && has(`error.${code}`) ? t(`error.${code}`) : message;
}

export async function call(method, path, { json, body, signal, keepalive } = {}) {
  const headers = method === 'GET' ? {} : { 'X-CSRF-Token': csrf };
  if (json !== undefined) headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(base + path, { method, headers, signal, keepalive, body: json !== undefined ? JSON.stringify(json) : body });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, 'offline', t('error.offline'));
  }
  if (!response.ok) throw await errorOf(response);
  return (response.headers.get('Content-Type') ?? '').startsWith('application/json') ? response.json() : response;
}

async function openSession(token) {
  const response = await fetch(`${base}/sessions`, { method: 'POST', headers: token ? { Authorization: `Bearer ${token}` } : {} });
  if (!response.ok) throw await errorOf(response);
}

/** The session and what the server says of itself. `askToken` is called where it wants a token. */
export async function connect(askToken) {
  let token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token) history.replaceState(null, '', '/');
  for (;;) {
    try {
      const session = await call('GET', '/session');
      csrf = session.csrf;
      return session.server;
    } catch (error) {
      if (error.status !== 401) throw error;
    }
    try {
      await openSession(token);
    } catch (error) {
      if (error.status !== 401) throw error;
      token = await askToken(token ? error.message : '');
    }
  }
}

export const clipUrl = (job, which) => `${base}/jobs/${job.id}/clips/${which}?round=${job.rounds}`;
export const resultUrl = (job) => `${base}/jobs/${job.id}/result`;
export const reportUrl = (job) => `${base}/jobs/${job.id}/report?download=1`;
export const tracksUrl = (job) => `${base}/jobs/${job.id}/tracks?download=1`;
export const pictureUrl = (job) => `${base}/jobs/${job.id}/preview?n=${job.picture}-${job.rounds}`;

/** Calls back with each job that changes; connects again by itself. */
export function listen({ job, gone, lost }) {
  const events = new EventSource(`${base}/events`);
  events.addEventListener('job', (event) => job(JSON.parse(event.data)));
  events.addEventListener('gone', (event) => gone(JSON.parse(event.data).id));
  events.addEventListener('open', () => lost(false));
  events.addEventListener('error', () => lost(true));
  return events;
}
