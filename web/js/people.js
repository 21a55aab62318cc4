// A card for each person that --persons told apart: best face, times, what becomes of them; joined and taken apart by pointer and by keyboard.
import { el } from './dom.js';
import { clock, t } from './texts.js';
import { Thumbnails } from './timeline.js';

const mostTimes = 3;

/** {number: tracks} in order of numbers; 0 is nobody known, and comes last. */
export function persons(tracks) {
  const found = new Map();
  for (const track of tracks.filter((one) => one.kind !== 'text').sort((a, b) => (a.person || Infinity) - (b.person || Infinity))) {
    const person = track.person ?? 0;
    found.set(person, [...(found.get(person) ?? []), track]);
  }
  return found;
}

/** The box in which a person is seen best: large, and surely found. */
export function bestBox(tracks) {
  const worth = (box) => Math.min(box.w, box.h) * (box.score ?? 1) * (box.from === 'detector' || box.from === 'hand' ? 1 : 0.2);
  return tracks.flatMap((track) => track.boxes).reduce((best, box) => (!best || worth(box) > worth(best) ? box : best), null);
}

export class People {
  /** `timeOf(pts)`; `chosen(id)`, `shown(person, on)`, `moved(track, person)` (0: a new one), `joined(from, to)`: what the person did. */
  constructor(job, actions) {
    this.actions = actions;
    this.thumbnails = new Thumbnails(job);
    this.pictures = new Map();
    this.list = el('ul.persons', { 'aria-label': t('persons.title') });
    this.element = el('div', { hidden: true }, el('h3', {}, t('persons.title')), el('p.quiet.small', {}, t('persons.hint')), this.list, this.newZone());
  }

  show(tracks) {
    this.found = persons(tracks);
    this.element.hidden = ![...this.found.keys()].some((person) => person > 0);
    if (this.element.hidden) return;
    const { activeElement } = document;
    const focused = this.list.contains(activeElement) ? activeElement.dataset.keep : null;
    const open = new Set([...this.list.querySelectorAll('details[open]')].map((one) => one.dataset.person));
    this.list.replaceChildren(...[...this.found].map(([person, own]) => this.card(person, own, open.has(String(person)))));
    if (focused) this.list.querySelector(`[data-keep="${focused}"]`)?.focus();
  }

  card(person, tracks, open) {
    const name = person ? t('who', { id: person }) : t('who.unknown');
    const stays = tracks.every((track) => track.visible);
    const card = el(`li.person${stays ? '.visible' : ''}`, { draggable: person ? 'true' : null, 'data-person': String(person) },
      this.picture(person, tracks), el('div.about', {}, el('strong', {}, name), el('span.quiet.small', {}, this.times(tracks)),
        person ? this.choice(person, name, stays) : el('span.small', {}, t('who.unknown.text'))),
      this.correct(person, name, tracks, open));
    if (person) card.addEventListener('dragstart', (event) => { if (event.target === card) event.dataTransfer.setData('text/plain', `person ${person}`); });
    this.takesDrops(card, person);
    return card;
  }

  picture(person, tracks) {
    const box = bestBox(tracks);
    const key = `${person} ${box.pts} ${box.x}`;
    if (!this.pictures.has(key)) {
      const canvas = el('canvas', { width: 96, height: 96, 'aria-hidden': 'true' });
      this.pictures.set(key, canvas);
      this.thumbnails.draw(canvas, this.actions.timeOf(box.pts), box);
    }
    return this.pictures.get(key);
  }

  span(track) { return `${clock(this.actions.timeOf(track.boxes[0].pts))}–${clock(this.actions.timeOf(track.boxes.at(-1).pts))}`; }

  times(tracks) {
    const all = tracks.map((track) => this.span(track));
    return all.slice(0, mostTimes).join(', ') + (all.length > mostTimes ? ` ${t('persons.more', { count: all.length - mostTimes })}` : '');
  }

  choice(person, name, stays) {
    const button = (on, text) => el('button', { type: 'button', 'aria-pressed': String(stays === on), 'aria-label': `${name}: ${text}`, 'data-keep': `${person} ${on}`, onclick: () => this.actions.shown(person, on) }, text);
    return el('div.row', { role: 'group', 'aria-label': name }, button(true, t('stays')), button(false, t('hides')));
  }

  /** What dragging does, without a pointer. */
  correct(person, name, tracks, open) {
    const others = [...this.found.keys()].filter((other) => other > 0 && other !== person);
    const select = (label, first, act, choices, keep) => el('select', { 'aria-label': label, 'data-keep': keep, onchange: (event) => act(Number(event.target.value)) },
      el('option', { value: '' }, first), choices.map((other) => el('option', { value: String(other) }, other ? t('who', { id: other }) : t('who.new'))));
    const rows = tracks.map((track) => {
      const chip = el('button.chip', { type: 'button', draggable: 'true', onclick: () => this.actions.chosen(track.id) }, this.span(track));
      chip.addEventListener('dragstart', (event) => event.dataTransfer.setData('text/plain', `track ${track.id}`));
      return el('li.row', {}, chip, select(`${t('persons.move')} ${this.span(track)}`, t('persons.move'), (other) => this.actions.moved(track.id, other), [...others, 0], `track ${track.id}`));
    });
    const join = person && others.length ? select(`${name}: ${t('persons.join')}`, t('persons.join'), (other) => this.actions.joined(person, other), others, `join ${person}`) : null;
    return el('details.small', { open, 'data-person': String(person) }, el('summary', { 'aria-label': `${name}: ${t('persons.correct')}` }, t('persons.correct')), join, el('ul', {}, rows));
  }

  newZone() {
    const zone = el('p.quiet.small.new-person', {}, t('persons.new'));
    this.takesDrops(zone, 0);
    return zone;
  }

  takesDrops(element, person) {
    const over = (on) => element.classList.toggle('over', on);
    element.addEventListener('dragover', (event) => { event.preventDefault(); over(true); });
    element.addEventListener('dragleave', () => over(false));
    element.addEventListener('drop', (event) => {
      event.preventDefault();
      over(false);
      const [what, number] = event.dataTransfer.getData('text/plain').split(' ');
      if (what === 'track') this.actions.moved(Number(number), person);
      if (what === 'person' && person && Number(number) !== person) this.actions.joined(Number(number), person);
    });
  }

  close() { this.thumbnails.close(); }
}
