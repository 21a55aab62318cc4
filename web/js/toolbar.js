// The buttons and fields of the review.
import { el } from './dom.js';
import { clock, t } from './texts.js';

const button = (text, onclick, kind = '') => el(`button${kind}`, { type: 'button', onclick }, text);

/** Seconds of "1:02.5" or "62.5"; NaN where it is neither. */
function seconds(text) {
  return text.trim().split(':').reduce((sum, part) => sum * 60 + (part === '' ? NaN : Number(part)), 0);
}

export class Toolbar {
  constructor(review) {
    this.review = review;
    this.buildView();
    this.buildPlaying();
    this.buildEditing();
    this.undo = button(t('undo'), () => review.undo());
    this.redo = button(t('redo'), () => review.redo());
    this.saved = el('span.quiet.small', { role: 'status' }, t('saved'));
    this.history = el('div.row', {}, this.saved, this.undo, this.redo);
    this.againButton = button(t('process.again'), () => review.processAgain(), '.main.again');
    this.again = el('div.row', {}, this.againButton, el('span.quiet.small', {}, t('process.again.text')));
  }

  buildView() {
    const { player } = this.review;
    const wipe = el('input', { type: 'range', id: 'wipe', min: '0', max: '100', value: '50', oninput: () => player.wipe(wipe.value) });
    const wipeField = el('div.row', { hidden: true }, el('label', { for: 'wipe' }, t('wipe')), wipe);
    player.wipe(50);
    const choose = (name) => { player.layout(name); wipeField.hidden = name !== 'wipe'; localStorage.setItem('layout', name); };
    const kept = localStorage.getItem('layout') === 'wipe' ? 'wipe' : 'side';
    const radio = (name) => el('label.check', {}, el('input', { type: 'radio', name: 'layout', value: name, checked: kept === name, onchange: () => choose(name) }), t(`layout.${name}`));
    this.view = el('div.row.between', {}, el('fieldset.row', {}, el('legend.hidden', {}, t('layout')), radio('side'), radio('wipe')), wipeField);
    choose(kept);
  }

  buildPlaying() {
    const { review } = this;
    this.play = button(t('play'), () => review.player.toggle(), '.main');
    this.position = el('input', { type: 'range', id: 'position', min: '0', max: '1000', value: '0', 'aria-label': t('position'), oninput: () => review.player.seek((this.position.value / 1000) * review.player.duration) });
    this.time = el('span.time', {});
    this.doubtText = el('p.doubt-text', { role: 'status', hidden: true });
    const doubts = review.doubts.length ? [button(t('doubt.back'), () => review.nextDoubt(-1)), button(`${t('doubt.on')} (${review.doubts.length})`, () => review.nextDoubt(1), '.next-doubt')] : [];
    this.playing = el('div', {}, this.position, el('div.row', {}, this.play, button('‹', () => review.player.step(-1)), button('›', () => review.player.step(1)), this.time, ...doubts), this.doubtText);
    const [back, on] = this.playing.querySelectorAll('.row > button:not(.main)');
    back.setAttribute('aria-label', t('frame.back'));
    on.setAttribute('aria-label', t('frame.on'));
  }

  buildEditing() {
    const { review } = this;
    this.who = el('strong', { role: 'status' });
    this.needTrack = [
      button(t('edit.false'), () => review.removePerson(), '.remove-person'), button(t('edit.remove'), () => review.removeBox(), '.remove-box'), button(t('edit.split'), () => review.split(), '.split')];
    this.mergeWith = el('select', { 'aria-label': t('edit.merge'), onchange: () => { review.merge(Number(this.mergeWith.value)); } });
    this.from = el('input', { type: 'text', id: 'from', inputmode: 'decimal', size: '8' });
    this.to = el('input', { type: 'text', id: 'to', inputmode: 'decimal', size: '8' });
    const set = button(t('edit.span'), () => this.setSpan(), '.span');
    this.needTrack.push(this.mergeWith, this.from, this.to, set);
    this.follow = el('button.follow', { type: 'button', 'aria-pressed': 'false', onclick: () => review.follow() }, t('follow'));
    this.needTrack.push(this.follow);
    this.followHint = el('p.quiet.small', { hidden: true, role: 'status' });
    this.draw = el('button.draw', { type: 'button', 'aria-pressed': 'false', onclick: () => review.setDrawing(!review.player.drawing) }, t('edit.draw'));
    this.hint = el('p.quiet.small', { hidden: true, role: 'status' });
    this.editing = el('div.editing', {}, el('div.row', {}, this.draw, button(t('edit.middle'), () => review.boxInMiddle(), '.middle'), this.follow), this.hint, el('p', {}, this.who), this.followHint,
      el('div.row', {}, ...this.needTrack.slice(0, 4)), el('div.row', {}, el('label', { for: 'from' }, t('edit.start')), this.from, el('label', { for: 'to' }, t('edit.end')), this.to, set));
  }

  setSpan() {
    const [from, to] = [seconds(this.from.value), seconds(this.to.value)];
    const bad = [[this.from, Number.isNaN(from)], [this.to, Number.isNaN(to) || to < from]];
    for (const [field, wrong] of bad) field.setAttribute('aria-invalid', String(wrong));
    if (!bad.some(([, wrong]) => wrong)) this.review.span(from, to);
  }

  focusSpan() { this.to.focus(); this.to.select(); }

  update() {
    const { track, tracks, history } = this.review;
    this.who.textContent = track ? t('selected', { name: this.review.nameOf(track) }) : t('selected.none');
    for (const control of this.needTrack) control.disabled = !track;
    this.follow.setAttribute('aria-pressed', String(Boolean(track?.follow)));
    this.followHint.hidden = !track?.follow;
    this.followHint.textContent = track?.follow ? t('follow.waits') : '';
    this.undo.disabled = !history.canUndo;
    this.redo.disabled = !history.canRedo;
    const others = tracks.filter((one) => one !== track);
    this.mergeWith.disabled = !track || others.length === 0;
    this.mergeWith.replaceChildren(el('option', { value: '' }, t('edit.merge')), ...others.map((one) => el('option', { value: String(one.id) }, this.review.nameOf(one))));
    const shown = track && `${track.id} ${track.boxes[0].pts} ${track.boxes.at(-1).pts}`;
    if (shown === this.shown) return;
    this.shown = shown;
    this.from.value = track ? clock(this.review.timeOf(track.boxes[0].pts), true) : '';
    this.to.value = track ? clock(this.review.timeOf(track.boxes.at(-1).pts), true) : '';
  }

  moved(time) {
    const { duration, playing } = this.review.player;
    this.time.textContent = `${clock(time, true)} / ${clock(duration, true)}`;
    if (duration && document.activeElement !== this.position) this.position.value = (1000 * time) / duration;
    this.position.setAttribute('aria-valuetext', clock(time, true));
    this.play.textContent = playing ? t('pause') : t('play');
  }

  showDoubt(text) { this.doubtText.textContent = text; this.doubtText.hidden = false; }
  drawing(on) {
    const { review } = this;
    this.draw.setAttribute('aria-pressed', String(on));
    this.hint.hidden = !on;
    this.hint.textContent = review.drawsKey ? t('follow.draw', { name: review.nameOf(review.track) }) : t('edit.draw.hint');
  }

  busy(on) { this.againButton.disabled = on; }
  saving(on) { this.saved.textContent = on ? t('saving') : t('saved'); }
}
