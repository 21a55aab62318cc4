// The options that matter, and the rest of the program's own table folded away.
import { call } from './api.js';
import { el, notify } from './dom.js';
import { t } from './texts.js';

const simple = new Set(['fill', 'sensitivity', 'drop', 'region', 'persons']);

function choice(id, label, help, values) {
  const select = el('select', { id }, values.map(([value, text]) => el('option', { value }, text)));
  return [select, el('div.field', {}, el('label', { for: id }, label), select, help ? el('small', {}, help) : null)];
}

export class OptionForm {
  constructor() {
    const fills = [['scene', t('fill.scene')], ['solid', t('fill.solid')], ['mosaic', t('fill.mosaic')]];
    const levels = ['cautious', 'normal', 'strict'].map((level) => [level, t(`sensitivity.${level}`)]);
    const [fill, fillField] = choice('fill', t('fill'), t('fill.help'), fills);
    const [sensitivity, sensitivityField] = choice('sensitivity', t('sensitivity'), t('sensitivity.help'), levels);
    const [sound, soundField] = choice('sound', t('sound'), null, [['keep', t('sound.keep')], ['drop', t('sound.drop')]]);
    this.fill = fill; this.sensitivity = sensitivity; this.sound = sound;
    this.regions = el('input', { type: 'text', id: 'regions', placeholder: '470,40,120,90@0:01-0:05', 'aria-describedby': 'regions-help' });
    this.persons = el('input', { type: 'checkbox', id: 'persons', 'aria-describedby': 'persons-help' });
    this.replace = el('input', { type: 'checkbox', id: 'replace' });
    this.more = el('div.fields', {});
    this.rest = [];
    this.element = el('details.fold', { ontoggle: () => this.loadRest() }, el('summary', {}, t('options')),
      el('div.fields', {}, fillField, sensitivityField, soundField,
        el('div.field', {}, el('label', { for: 'regions' }, t('regions')), this.regions, el('small', { id: 'regions-help' }, t('regions.help')))),
      el('label.check', {}, this.persons, t('persons')), el('small.quiet', { id: 'persons-help' }, t('persons.help')),
      el('label.check', {}, this.replace, t('replace')),
      el('details', {}, el('summary', {}, t('options.more')), this.more));
  }

  async loadRest() {
    if (this.rest.length || !this.element.open) return;
    const { options } = await call('GET', '/options').catch(() => ({ options: [] }));
    for (const option of options.filter((one) => !simple.has(one.name))) this.addField(option);
  }

  addField(option) {
    const id = `option-${option.name}`;
    let input;
    if (option.kind === 'choice') input = el('select', { id }, el('option', { value: '' }, option.default || t('default')), option.choices.filter((c) => c !== option.default).map((c) => el('option', { value: c }, c)));
    else if (option.kind === 'switch') input = el('input', { id, type: 'checkbox' });
    else input = el('input', { id, type: 'text', placeholder: option.default || t('default') });
    input.setAttribute('aria-describedby', `${id}-help`);
    this.rest.push([option, input]);
    this.more.append(el('div.field', {}, el('label', { for: id }, option.name), input, el('small', { id: `${id}-help`, lang: 'en' }, option.help)));
  }

  /** What the server is asked for; only what differs from the defaults. */
  values() {
    const options = {};
    if (this.fill.value !== 'scene') options.fill = this.fill.value;
    if (this.sensitivity.value !== 'cautious') options.sensitivity = this.sensitivity.value;
    if (this.persons.checked) options.persons = true;
    if (this.sound.value === 'drop') options.drop = ['audio'];
    const regions = this.regions.value.split(/[;\s]+/).filter(Boolean);
    if (regions.length) options.region = regions;
    if (regions.some((r) => !/^\d+,\d+,\d+,\d+(@[\d:.]+-[\d:.]+)?$/.test(r))) {
      notify(t('error.region'), { sticky: true });
      this.regions.focus();
      return null;
    }
    for (const [option, input] of this.rest) {
      if (input.type === 'checkbox') { if (input.checked) options[option.name] = true; } else if (input.value.trim()) {
        options[option.name] = option.kind === 'list' ? input.value.split(/[;\s]+/).filter(Boolean) : input.value.trim();
      }
    }
    return options;
  }

  overwrite() { return this.replace.checked; }
}
