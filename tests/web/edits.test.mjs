// The steps of a review, without a browser.
import assert from 'node:assert/strict';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

const load = (name) => import(pathToFileURL(path.resolve(process.env.INVISIBLUR_SOURCE, 'web/js', name)).href);
const { apply, boxAt, History } = await load('edits.js');
const { followedStep } = await load('follow.js');

const box = (pts, x = pts) => ({ pts, x, y: 0, w: 10, h: 10, score: 0.9, from: 'detector' });
const found = () => [{ id: 1, boxes: [0, 10, 20, 30].map((p) => box(p)) }, { id: 4, boxes: [40, 50].map((p) => box(p)) }];
const shape = (tracks) => tracks.map((one) => [one.id, ...one.boxes.map((b) => b.pts)]);

test('between two boxes stands the box in between, as the program has it', () => {
  const [track] = found();
  assert.equal(boxAt(track, 15).x, 15);
  assert.equal(boxAt(track, 30).x, 30);
  assert.equal(boxAt(track, 36), null);
  assert.equal(boxAt(track, 33, 5).x, 30);
});

test('each step does what it says and leaves what was found alone', () => {
  const tracks = found();
  const after = (...steps) => shape(apply(tracks, steps));
  assert.deepEqual(after({ do: 'remove', track: 1 }), [[4, 40, 50]]);
  assert.deepEqual(after({ do: 'remove-box', track: 1, pts: 10, half: 5 }), [[1, 0], [5, 20, 30], [4, 40, 50]]);
  assert.deepEqual(after({ do: 'split', track: 1, pts: 20 }), [[1, 0, 10], [5, 20, 30], [4, 40, 50]]);
  assert.deepEqual(after({ do: 'merge', track: 1, other: 4 }), [[1, 0, 10, 20, 30, 40, 50]]);
  assert.deepEqual(after({ do: 'span', track: 1, from: 5, to: 35 }), [[1, 5, 10, 20, 30, 35], [4, 40, 50]]);
  assert.deepEqual(after({ do: 'add', from: 2, to: 8, x: 1, y: 2, w: 3, h: 4 }), [[1, 0, 10, 20, 30], [5, 2, 8], [4, 40, 50]]);
  assert.equal(apply(tracks, [{ do: 'box', track: 1, pts: 10, half: 5, x: 99, y: 0, w: 5, h: 5 }])[0].boxes[1].x, 99);
  assert.equal(apply(tracks, [{ do: 'name', track: 4, name: 'Ana' }])[1].name, 'Ana');
  assert.equal(apply(tracks, [{ do: 'visible', track: 4, on: true }])[1].visible, true);
  assert.deepEqual(after({ do: 'remove', track: 1 }, { do: 'split', track: 1, pts: 20 }), [[4, 40, 50]]);
  assert.deepEqual(tracks, found());
});

test('steps can be undone, done again, and kept', () => {
  const history = new History();
  history.add({ do: 'remove', track: 1 });
  history.add({ do: 'remove', track: 4 });
  history.undo();
  const kept = new History(JSON.parse(JSON.stringify(history)));
  assert.deepEqual(shape(apply(found(), kept.active)), [[4, 40, 50]]);
  kept.redo();
  assert.equal(apply(found(), kept.active).length, 0);
  kept.undo();
  kept.add({ do: 'name', track: 4, name: 'B' });
  assert.equal(kept.canRedo, false);
});

test('persons: a face goes to another person and does as that one does; two become one', () => {
  const tracks = [{ id: 1, person: 1, boxes: [box(0)] }, { id: 2, person: 2, boxes: [box(10)] }, { id: 3, person: 2, boxes: [box(20)] }, { id: 4, boxes: [box(30)] }];
  const after = (...steps) => apply(tracks, steps).map((one) => [one.id, one.person ?? 0, Boolean(one.visible)]);
  const stays = { do: 'person-visible', person: 1, on: true };
  assert.deepEqual(after(stays), [[1, 1, true], [2, 2, false], [3, 2, false], [4, 0, false]]);
  assert.deepEqual(after(stays, { do: 'person', track: 2, person: 1 })[1], [2, 1, true]);
  assert.deepEqual(after(stays, { do: 'person', track: 1, person: 0 })[0], [1, 3, false]);
  assert.deepEqual(after(stays, { do: 'join-persons', from: 2, to: 1 }).slice(0, 3), [[1, 1, false], [2, 1, false], [3, 1, false]]);
  // Nobody known is nobody to choose.
  assert.deepEqual(after({ do: 'person-visible', person: 0, on: true })[3], [4, 0, false]);
});

test('what is followed goes through what was drawn, and not through what only holds it on', () => {
  const drawn = { do: 'add', from: 8, at: 10, to: 35, x: 1, y: 2, w: 3, h: 4 };
  const last = (...steps) => apply([], [drawn, ...steps])[0];
  assert.deepEqual(last().boxes.map((b) => [b.pts, b.from]), [[8, 'bridge'], [10, 'hand'], [35, 'bridge']]);
  // Moved where it was drawn, it begins as early as before.
  assert.deepEqual(last({ do: 'box', track: 1, pts: 10, half: 2, x: 50, y: 2, w: 3, h: 4 }).boxes.map((b) => [b.pts, b.x]), [[8, 50], [10, 50], [35, 1]]);
  assert.deepEqual(last({ do: 'span', track: 1, from: 4, to: 20 }).boxes.map((b) => [b.pts, b.from]), [[4, 'bridge'], [8, 'bridge'], [10, 'hand'], [20, 'bridge']]);
  assert.equal(last({ do: 'follow', track: 1, on: true }).follow, true);
  assert.equal('follow' in last({ do: 'follow', track: 1, on: true }, { do: 'follow', track: 1, on: false }), false);
  // Where nothing is left to go through, it cannot ask.
  assert.equal('follow' in last({ do: 'follow', track: 1, on: true }, { do: 'remove-box', track: 1, pts: 10, half: 1 }), false);
});

test('what was followed takes the place of what asked, piece by piece, and a correction asks anew', () => {
  const asked = [{ do: 'add', from: 8, at: 10, to: 35, x: 1, y: 2, w: 3, h: 4 }, { do: 'follow', track: 5, on: true }];
  const sent = apply(found(), asked);
  const on = (pts, x, from = 'flow') => ({ pts, x, y: 2, w: 3, h: 4, score: 0.8, from });
  const pieces = [{ id: 5, followed: true, name: 'B', boxes: [on(0, 0), on(10, 1, 'hand'), on(20, 2)] }, { id: 6, followed: true, boxes: [on(40, 4), on(50, 5)] }];
  const hidden = new Map([[2, [...sent.filter((track) => track.id !== 5), ...pieces]]]);
  const step = followedStep(sent, hidden.get(2), 2, 2);
  assert.deepEqual([step.asked, step.pieces], [[5], [5, 6]]);
  const after = (...steps) => apply(found(), [...asked, ...steps], hidden);
  assert.deepEqual(shape(after(step)), [[1, 0, 10, 20, 30], [5, 0, 10, 20], [4, 40, 50], [6, 40, 50]]);
  assert.equal(after(step).some((track) => track.follow), false);
  assert.deepEqual(after(step).find((track) => track.id === 5).name, 'B');

  // A correction is a key frame of what asks again, and the rest of it stands meanwhile.
  const corrected = after(step, { do: 'box', track: 5, pts: 20, half: 2, x: 9, y: 2, w: 3, h: 4 }).find((track) => track.id === 5);
  assert.deepEqual([corrected.follow, corrected.followed, corrected.boxes.map((b) => b.from)], [true, undefined, ['flow', 'hand', 'hand']]);

  // What was drawn while it was followed keeps its place, and takes no number that a piece would need.
  const meanwhile = { do: 'add', from: 1, at: 2, to: 3, x: 9, y: 9, w: 9, h: 9 };
  assert.deepEqual(after(meanwhile, step).map((track) => track.id).sort(), [1, 4, 5, 6, 7]);
  // And what was corrected meanwhile still asks.
  const late = after({ do: 'box', track: 5, pts: 30, half: 2, x: 9, y: 2, w: 3, h: 4 }, step);
  assert.deepEqual(late.filter((track) => track.follow).map((track) => track.id), [5]);
  assert.equal(followedStep(found(), found(), 2, 2), null);
});
