// One lane for each person, and the doubtful places above them.
import { clipUrl } from './api.js';
import { el } from './dom.js';
import { clock, t } from './texts.js';

/** Cuts small pictures of people out of the original, one after the other. */
export class Thumbnails {
  constructor(job) {
    this.media = job.media;
    this.video = el('video', { src: clipUrl(job, 'source'), preload: 'auto', muted: true });
    this.waiting = [];
    this.busy = false;
  }

  draw(canvas, time, box) {
    this.waiting.push({ canvas, time, box });
    if (!this.busy) this.next();
  }

  next() {
    const one = this.waiting.shift();
    this.busy = Boolean(one);
    if (!one) return;
    const paint = () => {
      const scale = this.video.videoWidth / this.media.width;
      const side = Math.max(one.box.w, one.box.h) * 1.3 * scale;
      const [x, y] = [(one.box.x + one.box.w / 2) * scale - side / 2, (one.box.y + one.box.h / 2) * scale - side / 2];
      one.canvas.getContext('2d').drawImage(this.video, x, y, side, side, 0, 0, one.canvas.width, one.canvas.height);
      one.canvas.style.transform = `rotate(${this.media.rotation}deg)`;
      this.next();
    };
    this.video.addEventListener('seeked', paint, { once: true });
    this.video.currentTime = Math.max(0.001, one.time);
  }

  close() { this.waiting = []; this.video.removeAttribute('src'); this.video.load(); }
}

export class Timeline {
  /** `timeOf(pts)`; `chosen(id)`, `seek(seconds)`, `renamed(id, name)`, `shown(id, on)`, `doubt(index)`: what the person did. */
  constructor(job, actions) {
    this.actions = actions;
    this.thumbnails = new Thumbnails(job);
    this.cursor = el('div.cursor', { 'aria-hidden': 'true' });
    this.doubts = el('div.doubts', { role: 'group', 'aria-label': t('doubt.list') });
    this.lanes = el('ul.lanes', { 'aria-label': t('people') });
    this.element = el('div.timeline', {}, el('div.track', {}, this.doubts, this.cursor), this.lanes);
    this.rows = new Map();
  }

  showDoubts(doubts, duration) {
    this.doubts.replaceChildren(...doubts.map((doubt, index) => {
      const mark = el('button.doubt', { type: 'button', title: doubt.text, 'aria-label': t('doubt.at', { time: clock(doubt.time), why: doubt.text }), onclick: () => this.actions.doubt(index) }, '!');
      mark.style.left = `${Math.min(100, (100 * doubt.time) / duration)}%`;
      return mark;
    }));
  }

  show(tracks, duration, selected) {
    const wanted = new Map(tracks.map((track) => [track.id, track]));
    for (const [id, row] of this.rows) if (!wanted.has(id)) { row.element.remove(); this.rows.delete(id); }
    tracks.forEach((track, place) => {
      const row = this.row(track);
      if (this.lanes.children[place] !== row.element) this.lanes.insertBefore(row.element, this.lanes.children[place] ?? null);
      this.fill(row, track, duration, track.id === selected);
    });
  }

  row(track) {
    let row = this.rows.get(track.id);
    if (row) return row;
    const { id } = track;
    const picture = el('canvas', { width: 48, height: 48, 'aria-hidden': 'true' });
    const name = el('input', { type: 'text', maxlength: '60', onchange: () => this.actions.renamed(id, name.value.trim()) });
    const stays = el('input', { type: 'checkbox', onchange: () => this.actions.shown(id, stays.checked) });
    const bar = el('button.bar', { type: 'button', onclick: () => { this.actions.chosen(id); this.actions.seek(row.from); } });
    const element = el('li.lane', { 'data-track': String(id) }, picture, el('div.who', {}, name, el('label.check.small', {}, stays, t('stays'))), el('div.track', {}, bar));
    row = { element, picture, name, stays, bar, key: '' };
    this.rows.set(id, row);
    return row;
  }

  fill(row, track, duration, selected) {
    const [from, to] = [this.actions.timeOf(track.boxes[0].pts), this.actions.timeOf(track.boxes.at(-1).pts)];
    const name = this.actions.nameOf(track);
    row.from = from;
    row.bar.style.left = `${Math.max(0, (100 * from) / duration)}%`;
    row.bar.style.width = `${Math.max(0.6, (100 * (to - from)) / duration)}%`;
    row.bar.setAttribute('aria-label', t('lane', { name, from: clock(from, true), to: clock(to, true) }));
    row.bar.setAttribute('aria-pressed', String(selected));
    row.bar.textContent = `${clock(from, true)} – ${clock(to, true)}`;
    row.element.classList.toggle('selected', selected);
    row.element.classList.toggle('visible', Boolean(track.visible));
    row.name.setAttribute('aria-label', t('name.label', { name }));
    row.name.placeholder = t(track.kind === 'text' ? 'block' : 'person', { id: track.id });
    if (document.activeElement !== row.name) row.name.value = track.name ?? '';
    row.stays.checked = Boolean(track.visible);
    const best = track.boxes.reduce((one, box) => (box.score > one.score ? box : one));
    const key = `${best.pts} ${Math.round(best.x)} ${Math.round(best.y)}`;
    if (key === row.key) return;
    row.key = key;
    this.thumbnails.draw(row.picture, this.actions.timeOf(best.pts), best);
  }

  move(seconds, duration) { this.cursor.style.left = `${duration ? Math.min(100, (100 * seconds) / duration) : 0}%`; }
  close() { this.thumbnails.close(); }
}
