// The second view: compare, look at the doubtful places, correct, process again.
import { call, plain, tracksUrl, resultUrl } from './api.js';
import { Boxes } from './boxes.js';
import { el, notify } from './dom.js';
import { History, apply, boxAt } from './edits.js';
import { followedStep } from './follow.js';
import { progressText, share } from './joblist.js';
import { People } from './people.js';
import { Player } from './player.js';
import { clock, size, t } from './texts.js';
import { Timeline } from './timeline.js';
import { Toolbar } from './toolbar.js';

const saveAfterMs = 300;

/** Doubts about persons have a distance and a photo's name in them, so that they are no keys. */
function whyText(why) {
  return t(why.includes('hidden in doubt') || why.includes('whose it is') ? 'why.person' : `why.${why}`);
}

export class ReviewView {
  constructor(main, id, jobs) {
    this.main = main;
    this.id = id;
    this.keys = (event) => this.key(event);
    document.addEventListener('keydown', this.keys);
    this.leaving = () => this.save(true);
    window.addEventListener('pagehide', this.leaving);
    this.begin(jobs.get(id));
  }

  async begin(known) {
    this.job = known ?? await call('GET', `/jobs/${this.id}`).catch((error) => { this.say(error.message); return null; });
    if (this.job) this.changed(this.job);
  }

  say(text) {
    this.main.replaceChildren(el('p', {}, el('a', { href: '#/' }, `← ${t('back')}`)), el('div.card', {}, el('p', { role: 'status' }, text)));
  }

  /** News of the job: first when its clips are ready, later while it is processed again. */
  changed(job) {
    if (job.id !== this.id || this.closed) return;
    this.job = job;
    const busy = job.state === 'queued' || job.state === 'running' || (job.state === 'done' && job.review !== 'ready' && job.review !== 'failed');
    if (job.review === 'ready' && !busy && this.round !== job.rounds) {
      this.round = job.rounds;
      this.open().catch((error) => this.say(error.message));
    } else if (!this.player) {
      this.say(busy && job.result ? t('review.wait') : t('review.none'));
    }
    this.showBusy(busy);
  }

  gone(id) { if (id === this.id) location.hash = '#/'; }

  async open() {
    const [found, report, edits] = await Promise.all([
      call('GET', `/jobs/${this.id}/tracks?which=found`), call('GET', `/jobs/${this.id}/report`), call('GET', `/jobs/${this.id}/edits`)]);
    if (this.closed) return;
    this.found = found;
    const { source } = found;
    this.unit = source.time_base[0] / source.time_base[1];
    this.start = this.job.media.start_s ?? 0;
    this.history ??= new History(edits);
    await this.takeFollowed();
    if (this.closed) return;
    const doubtful = report.streams?.[0]?.doubtful ?? [];
    this.doubts = doubtful.map((place) => ({ time: Math.max(0, place.start_s - this.start), text: whyText(place.why), track: place.track, box: place })).sort((a, b) => a.time - b.time);
    this.build();
  }

  /** What was followed when the video was processed last becomes a step of its own, so that it can be undone. */
  async takeFollowed() {
    const tracksOf = async (which) => (await call('GET', `/jobs/${this.id}/tracks?which=${which}`)).tracks;
    this.hidden ??= new Map();
    const { steps } = this.history;
    for (const { round } of steps.filter((step) => step.do === 'followed' && !this.hidden.has(step.round))) this.hidden.set(round, await tracksOf(`hidden&round=${round}`));
    const { round } = this;
    const asks = apply(this.found.tracks, this.history.active, this.hidden).some((track) => track.follow);
    if (!asks || !this.job.edited || steps.some((step) => step.do === 'followed' && step.round === round)) return;
    const [sent, hidden] = await Promise.all([tracksOf('edited'), tracksOf(`hidden&round=${round}`)]);
    const step = followedStep(sent, hidden, round, this.half);
    if (!step) return;
    this.hidden.set(round, hidden);
    this.history.add(step);
    this.unsaved = true;
    await this.save();
  }

  build() {
    const time = this.player?.time ?? 0;
    this.player?.close();
    this.timeline?.close();
    this.cards?.close();
    this.player = new Player(this.job, { moved: (seconds) => this.moved(seconds), drawn: (box) => this.addBox(box) });
    this.boxes = new Boxes(this.player, { chosen: (id) => this.choose(id), changed: (id, box) => this.moveBox(id, box), nameOf: (track) => this.nameOf(track) });
    this.timeline = new Timeline(this.job, {
      timeOf: (pts) => this.timeOf(pts), nameOf: (track) => this.nameOf(track), chosen: (id) => this.choose(id), seek: (seconds) => this.player.seek(seconds + this.player.frame / 2),
      renamed: (id, name) => this.edit({ do: 'name', track: id, name }), shown: (id, on) => this.edit({ do: 'visible', track: id, on }), doubt: (index) => this.toDoubt(index),
    });
    this.cards = new People(this.job, {
      timeOf: (pts) => this.timeOf(pts), chosen: (id) => this.choose(id), shown: (person, on) => this.edit({ do: 'person-visible', person, on }),
      moved: (track, person) => this.edit({ do: 'person', track, person }), joined: (from, to) => this.edit({ do: 'join-persons', from, to }),
    });
    this.toolbar = new Toolbar(this);
    this.busyBar = el('progress', { max: 1, hidden: true, 'aria-label': t('progress.of', { name: this.job.name }) });
    this.busyText = el('span.quiet.small', { role: 'status' });
    this.people = el('p.quiet', { hidden: true }, t('people.none'));
    this.main.replaceChildren(
      el('section', {}, el('p', {}, el('a', { href: '#/' }, `← ${t('back')}`)), el('h1', {}, t('review.title', { name: this.job.name })), el('p.quiet', {}, t('review.private'))),
      el('section.card', { 'aria-label': t('original') }, this.toolbar.view, this.player.stages, this.toolbar.playing),
      el('section.card', { 'aria-labelledby': 'people-title' }, el('div.row.between', {}, el('h2', { id: 'people-title' }, t('people')), this.toolbar.history), this.cards.element, this.timeline.element, this.people, this.toolbar.editing),
      el('section.card.row.between', {}, el('div.row', {}, this.toolbar.again, el('a.button', { href: resultUrl(this.job), download: this.job.result?.name ?? '' }, t('download', { size: size(this.job.result?.size ?? 0) })),
        el('a.button', { href: tracksUrl(this.job), download: '' }, 'tracks.json')), this.busyText, this.busyBar),
      el('details.quiet.small', {}, el('summary', {}, t('keys')), el('p', {}, t('keys.text'))));
    this.player.source.addEventListener('loadedmetadata', () => { this.timeline.showDoubts(this.doubts, this.player.duration); this.refresh(); this.player.seek(time || this.player.frame / 2); }, { once: true });
    this.refresh();
  }

  // Times: the clips begin at 0, the tracks count in the source's units.
  timeOf(pts) { return pts * this.unit - this.start; }
  ptsOf(seconds) { return Math.round((seconds + this.start) / this.unit); }
  get half() { return 0.5 / (this.job.media.frame_rate || 25) / this.unit; }
  /** The time of the frame that is seen. */
  get now() { return this.ptsOf(Math.floor(this.player.time / this.player.frame + 1e-3) * this.player.frame); }
  nameOf(track) { return track.name || t(track.kind === 'text' ? 'block' : 'person', { id: track.id }); }
  get track() { return this.tracks.find((one) => one.id === this.selected) ?? null; }

  refresh() {
    this.tracks = apply(this.found.tracks, this.history.active, this.hidden);
    if (!this.track) this.selected = null;
    this.people.hidden = this.tracks.length > 0;
    this.timeline.show(this.tracks, this.player.duration || 1, this.selected);
    this.cards.show(this.tracks);
    this.moved(this.player.time);
    this.toolbar.update();
  }

  moved(seconds) {
    this.boxes.show(this.tracks, this.now, this.half, this.selected);
    this.timeline.move(seconds, this.player.duration);
    this.toolbar.moved(seconds);
  }

  choose(id) {
    if (this.selected === id) return;
    this.selected = id;
    this.refresh();
  }

  edit(step) {
    this.history.add(step);
    this.afterEdit();
  }

  afterEdit() {
    this.refresh();
    this.toolbar.saving(true);
    this.unsaved = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), saveAfterMs);
  }

  async save(leaving = false) {
    clearTimeout(this.timer);
    if (!this.unsaved) return;
    this.unsaved = false;
    try {
      await call('PUT', `/jobs/${this.id}/edits`, { json: this.history.toJSON(), keepalive: leaving });
      this.toolbar.saving(false);
    } catch (error) {
      this.unsaved = true;
      if (!leaving) { notify(error.message); this.timer = setTimeout(() => this.save(), 3000); }
    }
  }

  undo() { this.history.undo(); this.afterEdit(); }
  redo() { this.history.redo(); this.afterEdit(); }

  /** Whether a box that is drawn now is one more of what is selected: that is followed, and has none here. */
  get drawsKey() { return Boolean(this.track && (this.track.follow || this.track.followed) && !boxAt(this.track, this.now, this.half)); }

  addBox(box) {
    const key = this.drawsKey;
    this.setDrawing(false);
    const rounded = Object.fromEntries(Object.entries(box).map(([side, value]) => [side, Math.round(value * 10) / 10]));
    if (key) { this.moveBox(this.selected, rounded); return; }
    const from = this.now - Math.floor(this.half);
    const end = this.ptsOf(Math.min(this.player.duration, this.player.time + 1)) + Math.floor(this.half);
    this.edit({ do: 'add', from, at: this.now, to: end, ...rounded });
    this.selected = Math.max(...this.tracks.map((track) => track.id));
    this.refresh();
    this.toolbar.focusSpan();
  }

  moveBox(id, { x, y, w, h }) { this.edit({ do: 'box', track: id, pts: this.now, half: this.half, x, y, w, h }); this.boxes.focus(id); }
  follow() { if (this.track) this.edit({ do: 'follow', track: this.selected, on: !this.track.follow }); }
  removeBox() { if (this.track) this.edit({ do: 'remove-box', track: this.selected, pts: this.now, half: this.half }); }
  removePerson() { if (this.track) this.edit({ do: 'remove', track: this.selected }); }
  split() { if (this.track) this.edit({ do: 'split', track: this.selected, pts: this.now }); }
  merge(other) { if (this.track) this.edit({ do: 'merge', track: this.selected, other }); }
  span(from, to) { this.edit({ do: 'span', track: this.selected, from: this.ptsOf(from), to: this.ptsOf(to) }); }
  setDrawing(on) { this.player.setDrawing(on); this.toolbar.drawing(on); }
  escape() { if (this.player.drawing) this.setDrawing(false); else this.choose(null); }
  boxInMiddle() { const { width, height } = this.job.media; const side = Math.round(Math.min(width, height) / 4); this.addBox({ x: (width - side) / 2, y: (height - side) / 2, w: side, h: side }); }

  toDoubt(index) {
    const doubt = this.doubts[index];
    if (!doubt) return;
    this.doubt = index;
    this.player.seek(doubt.time + this.player.frame / 2);
    if (this.tracks.some((track) => track.id === doubt.track)) this.choose(doubt.track);
    this.toolbar.showDoubt(t('doubt.at', { time: clock(doubt.time, true), why: doubt.text }));
  }

  nextDoubt(way) {
    const { time } = this.player;
    const far = this.player.frame;
    const index = way > 0 ? this.doubts.findIndex((doubt) => doubt.time > time + far) : this.doubts.findLastIndex((doubt) => doubt.time < time - far);
    this.toDoubt(index >= 0 ? index : way > 0 ? 0 : this.doubts.length - 1);
  }

  async processAgain() {
    try {
      this.unsaved = true;
      await this.save();
      const tracks = this.tracks.map(({ visible, ...track }) => track);
      await call('PUT', `/jobs/${this.id}/tracks`, { json: { ...this.found, tracks } });
      await call('POST', `/jobs/${this.id}/again`, { json: { tracks: 'edited', visible: this.tracks.filter((track) => track.visible).map((track) => track.id) } });
    } catch (error) {
      notify(error.message, { sticky: true });
    }
  }

  showBusy(busy) {
    if (!this.player) return;
    this.toolbar.busy(busy);
    this.busyBar.hidden = !busy;
    const done = share(this.job.progress);
    if (done === null) this.busyBar.removeAttribute('value'); else this.busyBar.value = done;
    this.busyText.textContent = busy ? progressText(this.job.progress) : this.job.state === 'failed' ? plain(this.job.error.code, this.job.error.message) : '';
    this.busyText.classList.toggle('bad', this.job.state === 'failed');
  }

  key(event) {
    if (!this.player || event.target.closest?.('input, select, dialog, textarea')) return;
    const onButton = event.target.closest?.('button, a, summary');
    const act = {
      ' ': () => this.player.toggle(), ',': () => this.player.step(-1), '.': () => this.player.step(1), n: () => this.nextDoubt(1), p: () => this.nextDoubt(-1),
      s: () => this.split(), d: () => this.setDrawing(true), f: () => this.follow(), Delete: () => this.removeBox(), Escape: () => this.escape(),
    }[event.key];
    const chord = event.ctrlKey || event.metaKey;
    if (chord && event.key.toLowerCase() === 'z') { event.preventDefault(); if (event.shiftKey) this.redo(); else this.undo(); } else if (chord && event.key === 'y') { event.preventDefault(); this.redo(); } else if (act && !chord && !(onButton && event.key === ' ')) { event.preventDefault(); act(); }
  }

  close() {
    this.save(true);
    this.closed = true;
    document.removeEventListener('keydown', this.keys);
    window.removeEventListener('pagehide', this.leaving);
    this.player?.close();
    this.timeline?.close();
    this.cards?.close();
  }
}
