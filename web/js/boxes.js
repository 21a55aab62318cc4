// The boxes over the original: to click, to drag, and to move with the keyboard.
import { boxAt } from './edits.js';
import { svg } from './player.js';
import { t } from './texts.js';

export class Boxes {
  /** `chosen(track)`, `changed(track, box)`: what the person did. */
  constructor(player, { chosen, changed, nameOf }) {
    this.player = player;
    this.chosen = chosen;
    this.changed = changed;
    this.nameOf = nameOf;
    this.groups = new Map();
  }

  show(tracks, pts, half, selected) {
    const seen = new Set();
    for (const track of tracks) {
      const box = boxAt(track, pts, half);
      if (!box) continue;
      seen.add(track.id);
      this.place(this.group(track.id), track, box, track.id === selected);
    }
    for (const [id, group] of this.groups) {
      if (seen.has(id)) continue;
      group.remove();
      this.groups.delete(id);
    }
  }

  group(id) {
    let group = this.groups.get(id);
    if (group) return group;
    group = svg('g', { tabindex: '0', role: 'button', 'data-track': id });
    group.append(svg('rect', { class: 'box' }), svg('rect', { class: 'handle' }));
    group.addEventListener('focus', () => this.chosen(id));
    group.addEventListener('pointerdown', (event) => this.drag(event, group));
    group.addEventListener('keydown', (event) => this.key(event, group));
    this.groups.set(id, group);
    this.player.overlay.append(group);
    return group;
  }

  place(group, track, box, selected) {
    if (group.dragging) return;
    group.box = box;
    group.setAttribute('aria-label', this.nameOf(track));
    group.setAttribute('aria-pressed', String(selected));
    group.setAttribute('class', `${selected ? 'selected' : ''} ${track.visible ? 'visible' : ''} ${track.kind === 'text' ? 'text' : ''}`);
    const [rect, handle] = group.children;
    const size = Math.max(6, this.player.media.width / 60);
    for (const [name, value] of Object.entries({ x: box.x, y: box.y, width: box.w, height: box.h })) rect.setAttribute(name, value);
    for (const [name, value] of Object.entries({ x: box.x + box.w - size, y: box.y + box.h - size, width: size, height: size })) handle.setAttribute(name, value);
  }

  drag(event, group) {
    if (this.player.drawing) return;
    event.preventDefault();
    const id = Number(group.dataset.track);
    group.focus();
    this.chosen(id);
    const start = this.player.at(event);
    const old = { ...group.box };
    const sizing = event.target === group.children[1];
    let made = null;
    const move = (moved) => {
      const now = this.player.at(moved);
      const [dx, dy] = [now.x - start.x, now.y - start.y];
      if (!made && Math.abs(dx) + Math.abs(dy) < 3) return;
      made = sizing ? { ...old, w: Math.max(4, old.w + dx), h: Math.max(4, old.h + dy) } : { ...old, x: old.x + dx, y: old.y + dy };
      this.place(group, { id }, made, true);
    };
    const end = () => {
      group.removeEventListener('pointermove', move);
      group.removeEventListener('pointerup', end);
      if (made) this.changed(id, made);
    };
    group.setPointerCapture(event.pointerId);
    group.addEventListener('pointermove', move);
    group.addEventListener('pointerup', end);
  }

  key(event, group) {
    const step = Math.max(1, Math.round(this.player.media.width / 200));
    const way = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const box = { ...group.box };
    if (event.shiftKey) { box.w = Math.max(4, box.w + way[0]); box.h = Math.max(4, box.h + way[1]); } else { box.x += way[0]; box.y += way[1]; }
    this.changed(Number(group.dataset.track), box);
  }

  focus(id) { this.groups.get(id)?.focus(); }
}

export const boxesHint = () => t('edit.draw.hint');
