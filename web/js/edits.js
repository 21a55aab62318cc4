// What a person corrects, as a list of steps. The tracks that were found never change: each step is applied to them anew, so that undoing
// is leaving out the last one, and a reload needs nothing but the list. No document here: this file is tested by itself.
import { asking, isKey, standing, takeFollowed } from './follow.js';

const newest = (tracks) => tracks.reduce((most, track) => Math.max(most, track.id), 0) + 1;
const sorted = (boxes) => boxes.sort((a, b) => a.pts - b.pts);

const steps = {
  /** A false alarm: the whole person goes. */
  remove(tracks, { track }) { return tracks.filter((one) => one !== track); },

  /** Only near this time; what comes after becomes a track of its own, because boxes within one are joined. */
  'remove-box'(tracks, { track, pts, half }) {
    const before = track.boxes.filter((box) => box.pts < pts - half);
    const after = track.boxes.filter((box) => box.pts > pts + half);
    const rest = tracks.filter((one) => one !== track);
    if (before.length) rest.push({ ...track, boxes: before });
    if (after.length) rest.push({ ...track, id: before.length ? newest(tracks) : track.id, boxes: after });
    return rest;
  },

  /** A face that was missed: drawn at one time, and taken to be there from one time to another. */
  add(tracks, { from, at, to, x, y, w, h }) {
    const box = (pts, source) => ({ pts, x, y, w, h, score: 1, from: source });
    const held = [from, to].filter((pts, i) => pts !== at && (i === 0 || pts > from)).map((pts) => box(pts, at === undefined ? 'hand' : 'bridge'));
    return [...tracks, { id: newest(tracks), boxes: sorted(at === undefined ? held : [...held, box(at, 'hand')]) }];
  },

  /** Moved or resized at one time. What is followed, or was, goes through it from now on. */
  box(tracks, { track, pts, half, x, y, w, h }) {
    const near = (box) => Math.abs(box.pts - pts) <= half;
    const border = (box) => box.from === 'bridge' && box.pts !== pts && (box === track.boxes[0] || box === track.boxes.at(-1));
    const held = track.boxes.filter((box) => near(box) && border(box)).map((box) => ({ ...box, x, y, w, h }));
    const boxes = sorted([...track.boxes.filter((box) => !near(box)), ...held, { pts, x, y, w, h, score: 1, from: 'hand' }]);
    return replace(tracks, track, { ...(track.followed ? asking(track) : track), boxes });
  },

  follow(tracks, { track, on }) { return replace(tracks, track, on ? asking(track) : standing(track)); },
  followed(tracks, step, hidden) { return takeFollowed(tracks, step, hidden.get(step.round) ?? []); },

  /** Other times of its beginning and end: cut off, or held on at the border. */
  span(tracks, { track, from, to }) {
    if (to < from) return tracks;
    const first = boxAt(track, from) ?? track.boxes[0];
    const last = boxAt(track, to) ?? track.boxes.at(-1);
    const inner = track.boxes.filter((box) => box.pts > from && box.pts < to);
    const at = (box, pts) => ({ ...box, pts, from: track.boxes.some((one) => one.pts === pts) ? box.from : 'bridge' });
    const boxes = [at(first, from), ...inner, ...(to > from ? [at(last, to)] : [])];
    return replace(tracks, track, { ...track, boxes });
  },

  /** Two people that were taken for one. */
  split(tracks, { track, pts }) {
    const before = track.boxes.filter((box) => box.pts < pts);
    const after = track.boxes.filter((box) => box.pts >= pts);
    if (!before.length || !after.length) return tracks;
    return [...replace(tracks, track, { ...track, boxes: before }), { ...track, id: newest(tracks), name: undefined, boxes: after }];
  },

  /** One person who was taken for two. */
  merge(tracks, { track, other }) {
    const two = tracks.find((one) => one.id === other);
    if (!two || two === track) return tracks;
    const taken = new Set(track.boxes.map((box) => box.pts));
    const boxes = sorted([...track.boxes, ...two.boxes.filter((box) => !taken.has(box.pts))]);
    return replace(tracks.filter((one) => one !== two), track, { ...track, boxes });
  },

  /** Whose face a track is: another person, or with 0 a new one. What becomes of it is what becomes of that person. */
  person(tracks, { track, person }) {
    const others = tracks.filter((one) => one.person === person && one !== track);
    const visible = person > 0 && others.length > 0 && others.every((one) => one.visible);
    return replace(tracks, track, { ...track, person: person || tracks.reduce((most, one) => Math.max(most, one.person ?? 0), 0) + 1, visible });
  },

  /** Two persons that are one, and stay visible only where both did. */
  'join-persons'(tracks, { from, to }) {
    const both = tracks.filter((one) => one.person === from || one.person === to);
    const visible = both.every((one) => one.visible);
    return tracks.map((one) => (both.includes(one) ? { ...one, person: to, visible } : one));
  },

  'person-visible'(tracks, { person, on }) { return person > 0 ? tracks.map((one) => (one.person === person ? { ...one, visible: on } : one)) : tracks; },

  name(tracks, { track, name }) { return replace(tracks, track, { ...track, name: name || undefined }); },
  visible(tracks, { track, on }) { return replace(tracks, track, { ...track, visible: on }); },
};

function replace(tracks, old, made) { return tracks.map((one) => (one === old ? made : one)); }

/** The tracks after all steps. `hidden`: by round of processing the tracks that came out of it, for what was followed there. */
export function apply(found, list, hidden = new Map()) {
  let tracks = found.map((track) => ({ ...track }));
  for (const step of list) {
    const track = tracks.find((one) => one.id === step.track);
    if (step.track !== undefined && !track) continue;  // an earlier step took it away
    tracks = steps[step.do](tracks, step.do === 'followed' ? step : { ...step, track }, hidden);
  }
  return tracks.map((track) => (track.follow && !track.boxes.some(isKey) ? standing(track) : track)).sort((a, b) => a.boxes[0].pts - b.boxes[0].pts || a.id - b.id);
}

/** Where a track is at a time, as the program will have it: between two boxes the box in between. */
export function boxAt(track, pts, half = 0) {
  const { boxes } = track;
  if (!boxes.length || pts < boxes[0].pts - half || pts > boxes.at(-1).pts + half) return null;
  let low = 0;
  let high = boxes.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (boxes[middle].pts < pts) low = middle + 1; else high = middle;
  }
  const b = boxes[low];
  const a = boxes[Math.max(0, low - 1)];
  if (b.pts <= pts || a === b || pts <= a.pts) return b;
  const share = (pts - a.pts) / (b.pts - a.pts);
  const between = (key) => a[key] + (b[key] - a[key]) * share;
  return { ...b, pts, x: between('x'), y: between('y'), w: between('w'), h: between('h') };
}

/** The steps with undo and redo. */
export class History {
  constructor(saved = {}) {
    this.steps = saved.steps ?? [];
    this.count = Math.min(saved.count ?? this.steps.length, this.steps.length);
  }

  get active() { return this.steps.slice(0, this.count); }
  get canUndo() { return this.count > 0; }
  get canRedo() { return this.count < this.steps.length; }
  add(step) { this.steps = [...this.active, step]; this.count = this.steps.length; }
  undo() { if (this.canUndo) --this.count; }
  redo() { if (this.canRedo) ++this.count; }
  toJSON() { return { steps: this.steps, count: this.count }; }
}
