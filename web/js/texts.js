// The page's words: all of them stand in texts.json, by language. What a language lacks is said in English.
let all = {};
let language = 'en';

export async function loadTexts() {
  all = await (await fetch('/texts.json')).json();
  const wished = [localStorage.getItem('language'), ...navigator.languages.map((l) => l.slice(0, 2))];
  setLanguage(wished.find((l) => l && all[l]) ?? 'en', false);
}

export function setLanguage(code, remember = true) {
  language = code;
  document.documentElement.lang = code;
  if (remember) localStorage.setItem('language', code);
  translate(document);
}

export const currentLanguage = () => language;

/** The text of a key with its {places} filled; one, few and many are told apart by "key.one" and "key". */
export function t(key, values = {}) {
  const single = values.count === 1 ? `${key}.one` : key;
  const text = all[language]?.[single] ?? all[language]?.[key] ?? all.en?.[single] ?? all.en?.[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

export const has = (key) => Boolean(all[language]?.[key]);

/** Fills every element that names its text. */
export function translate(root) {
  for (const element of root.querySelectorAll('[data-text]')) element.textContent = t(element.dataset.text);
}

export function size(bytes) {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  let unit = 0;
  let value = bytes;
  for (; value >= 1000 && unit < 4; ++unit) value /= 1000;
  return new Intl.NumberFormat(language, { style: 'unit', unit: units[unit], unitDisplay: 'short', maximumFractionDigits: unit ? 1 : 0 }).format(value);
}

export const number = (value, digits = 0) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);

/** "1:02" or "1:02:03"; with tenths "1:02.3". */
export function clock(seconds, tenths = false) {
  const s = Math.max(0, seconds);
  const whole = Math.floor(s);
  const two = (n) => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const text = hours ? `${hours}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}` : `${Math.floor(whole / 60)}:${two(whole % 60)}`;
  return tenths ? `${text}.${Math.floor((s - whole) * 10)}` : text;
}
