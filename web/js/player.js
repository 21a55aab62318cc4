// Original and result in step: the original leads, the result follows. Boxes lie over the original.
import { clipUrl } from './api.js';
import { el } from './dom.js';
import { t } from './texts.js';

const SVG = 'http://www.w3.org/2000/svg';

export function svg(tag, attributes = {}) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

export class Player {
  /** `moved(seconds)` is called with each new place; `drawn(box)` with a box in pixels of the source. */
  constructor(job, { moved, drawn }) {
    this.media = job.media;
    this.frame = 1 / (this.media.frame_rate || 25);
    this.moved = moved;
    this.drawn = drawn;
    this.source = this.video(job, 'source', false);
    this.result = this.video(job, 'result', true);
    this.overlay = svg('svg', { viewBox: `0 0 ${this.media.width} ${this.media.height}`, preserveAspectRatio: 'none', class: 'boxes' });
    this.stages = el('div.stages.side', {}, this.figure(this.source, t('original'), this.overlay), this.figure(this.result, t('result')));
    this.listen();
  }

  video(job, which, muted) {
    return el('video', { src: clipUrl(job, which), preload: 'auto', playsinline: true, muted, 'aria-label': t(which === 'source' ? 'original' : 'result'), tabindex: '-1' });
  }

  figure(video, caption, overlay) {
    const plane = el('div.plane', {}, video, overlay);
    const stage = el('div.stage', {}, plane);
    video.addEventListener('loadedmetadata', () => this.shape(stage, plane, video));
    return el('figure', {}, stage, el('figcaption', {}, caption));
  }

  /** The clips lie as they are coded; a turned video is turned here, boxes and all. */
  shape(stage, plane, video) {
    const turned = this.media.rotation % 180 !== 0;
    const aspect = video.videoWidth / video.videoHeight;
    stage.style.aspectRatio = String(turned ? 1 / aspect : aspect);
    plane.style.width = turned ? `${100 * aspect}%` : '100%';
    plane.style.height = turned ? `${100 / aspect}%` : '100%';
    plane.style.transform = `translate(-50%, -50%) rotate(${this.media.rotation}deg)`;
  }

  listen() {
    const follow = () => {
      if (this.source.paused) this.result.currentTime = this.source.currentTime;
      this.moved(this.time);
    };
    for (const event of ['seeked', 'pause', 'loadeddata']) this.source.addEventListener(event, follow);
    this.source.addEventListener('play', () => this.run());
    this.source.addEventListener('ended', () => this.result.pause());
    this.overlay.addEventListener('pointerdown', (event) => this.beginDrawing(event));
  }

  run() {
    const step = () => {
      if (this.closed) return;
      const apart = this.result.currentTime - this.source.currentTime;
      if (Math.abs(apart) > 2 * this.frame && !this.result.seeking) this.result.currentTime = this.source.currentTime;
      this.moved(this.time);
      if (!this.source.paused) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  get time() { return this.source.currentTime; }
  get duration() { return this.source.duration || this.media.duration_s || 0; }
  get playing() { return !this.source.paused; }

  toggle() {
    if (this.playing) { this.source.pause(); this.result.pause(); return; }
    this.result.currentTime = this.source.currentTime;
    this.source.play();
    this.result.play();
  }

  seek(seconds) {
    this.source.currentTime = Math.min(Math.max(0, seconds), Math.max(0, this.duration - this.frame / 2));
  }

  /** To the middle of a frame, so that rounding never shows its neighbour. */
  step(frames) {
    if (this.playing) this.toggle();
    this.seek((Math.floor(this.time / this.frame + 1e-3) + frames + 0.5) * this.frame);
  }

  layout(name) { this.stages.className = `stages ${name}`; }
  wipe(percent) { this.stages.style.setProperty('--wipe', `${percent}%`); }

  /** Pixels of the source under the pointer, however the picture is scaled and turned. */
  at(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.overlay.getScreenCTM().inverse());
    return { x: Math.min(Math.max(0, point.x), this.media.width), y: Math.min(Math.max(0, point.y), this.media.height) };
  }

  setDrawing(on) {
    this.drawing = on;
    this.overlay.classList.toggle('drawing', on);
  }

  beginDrawing(event) {
    if (!this.drawing) return;
    event.preventDefault();
    const start = this.at(event);
    const rect = svg('rect', { class: 'new' });
    this.overlay.append(rect);
    this.overlay.setPointerCapture(event.pointerId);
    const box = (now) => ({ x: Math.min(start.x, now.x), y: Math.min(start.y, now.y), w: Math.abs(now.x - start.x), h: Math.abs(now.y - start.y) });
    const move = (moved) => {
      const { x, y, w, h } = box(this.at(moved));
      for (const [name, value] of Object.entries({ x, y, width: w, height: h })) rect.setAttribute(name, value);
    };
    const end = (ended) => {
      this.overlay.removeEventListener('pointermove', move);
      this.overlay.removeEventListener('pointerup', end);
      rect.remove();
      const made = box(this.at(ended));
      if (made.w >= 4 && made.h >= 4) this.drawn(made);
    };
    this.overlay.addEventListener('pointermove', move);
    this.overlay.addEventListener('pointerup', end);
  }

  close() {
    this.closed = true;
    for (const video of [this.source, this.result]) { video.pause(); video.removeAttribute('src'); video.load(); }
  }
}
