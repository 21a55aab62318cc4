// What asks to be followed goes through its key frames, the boxes that a person or the detector is sure of; all others of it are found when the
// video is processed again. What comes of it takes the place of what asked. No document here: this file is tested by itself.

export const isKey = (box) => box.from === 'hand' || box.from === 'detector';

/** The same track, asking to be followed. */
export function asking({ followed, ...track }) { return { ...track, follow: true }; }

/** The same track as it stands, without asking. */
export function standing({ follow, ...track }) { return track; }

const same = (a, b, half) => Math.abs(a.pts - b.pts) <= half && ['x', 'y', 'w', 'h'].every((key) => Math.abs(a[key] - b[key]) < 0.1);

/** Whether pieces go through all key frames of a track: else it was corrected while it was followed, and has to be followed anew. */
function goThrough(pieces, track, half) {
  return track.boxes.filter(isKey).every((key) => pieces.some((piece) => piece.boxes.some((box) => same(box, key, half))));
}

/** The step that takes what was followed in a round, or null. `sent` went into that round, `hidden` came out. */
export function followedStep(sent, hidden, round, half) {
  const asked = sent.filter((track) => track.follow).map((track) => track.id);
  const known = new Set(sent.map((track) => track.id));
  const pieces = hidden.filter((track) => track.followed && (asked.includes(track.id) || !known.has(track.id))).map((track) => track.id);
  return pieces.length ? { do: 'followed', round, asked, pieces, half } : null;
}

/** The tracks once that step is done: behind a cut or a gap a piece is a track of its own. Numbers that are in use by now give way. */
export function takeFollowed(tracks, { asked, pieces, half }, hidden) {
  const made = hidden.filter((piece) => pieces.includes(piece.id));
  const answered = tracks.filter((track) => track.follow && asked.includes(track.id) && goThrough(made, track, half));
  if (!answered.length) return tracks;
  const rest = tracks.filter((track) => !answered.includes(track));
  let free = Math.max(0, ...tracks.map((track) => track.id), ...pieces);
  for (const piece of made) {
    if (asked.includes(piece.id) && !answered.some((track) => track.id === piece.id)) continue;  // it still asks
    rest.push(rest.some((track) => track.id === piece.id) ? { ...piece, id: ++free } : { ...piece });
  }
  return rest;
}
