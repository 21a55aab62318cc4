// The videos that were sent, what happens to them, and their results.
import { call, pictureUrl, plain, reportUrl, resultUrl } from './api.js';
import { ask, el, notify } from './dom.js';
import { clock, number, size, t } from './texts.js';

async function act(method, path, json) {
  try {
    await call(method, path, json === undefined ? {} : { json });
  } catch (error) {
    notify(error.message, { sticky: true });
  }
}

/** 0 to 1 over all passes; null where it is not known. */
export function share(progress) {
  if (!progress?.frames_total) return null;
  return (progress.pass - 1 + Math.min(1, progress.frame / progress.frames_total)) / progress.passes;
}

export function progressText(progress) {
  if (!progress) return t('starting');
  const parts = [t(`stage.${progress.stage}`)];
  if (progress.frames_total) parts.push(t('frames.of', { done: number(progress.frame), all: number(progress.frames_total) }));
  if (progress.frames_per_second) parts.push(t('fps', { fps: number(progress.frames_per_second, 1) }));
  if (progress.left_s > 0) parts.push(t('left', { time: clock(progress.left_s) }));
  if (progress.faces) parts.push(t('faces', { count: progress.faces }));
  return parts.join(' · ');
}

class JobCard {
  constructor(job) {
    this.id = job.id;
    this.picture = el('div.picture.none', { 'aria-hidden': 'true' }, '▶');
    this.badge = el('span.badge', {});
    this.bar = el('progress', { max: 1, 'aria-label': t('progress.of', { name: job.name }) });
    this.text = el('div.quiet.small.text', {});
    this.place = el('div.small.place', {});
    this.actions = el('div.row', {});
    this.element = el('li.card.job', { 'data-job': job.id }, this.picture, el('div.row.between', {}, el('h3', {}, job.name), this.badge), this.bar, this.text, this.place, this.actions);
    this.shown = '';
  }

  update(job) {
    this.badge.textContent = t(`state.${job.state}`);
    this.badge.className = `badge ${job.state}`;
    const running = job.state === 'running' || (job.state === 'done' && job.progress);
    this.bar.hidden = !running;
    const done = share(job.progress);
    if (done === null) this.bar.removeAttribute('value'); else this.bar.value = done;
    this.text.textContent = this.sentence(job);
    this.text.className = job.state === 'failed' ? 'bad text' : 'quiet small text';
    this.showPicture(job);
    // Buttons are made anew only when they change, so that the keyboard's place among them stays.
    const key = `${job.state} ${job.review} ${job.result?.name} ${job.rounds}`;
    if (key !== this.shown) { this.shown = key; this.showPlace(job); this.actions.replaceChildren(...this.buttons(job).filter(Boolean)); }
  }

  sentence(job) {
    if (job.state === 'queued') return t('queued.text');
    if (job.state === 'running') return progressText(job.progress);
    if (job.state === 'failed') return plain(job.error.code, job.error.message);
    if (job.state === 'cancelled') return t('cancelled.text');
    const found = [t('faces.gone', { count: job.faces })];
    if (job.texts) found.push(t('texts.gone', { count: job.texts }));
    found.push(job.doubtful ? t('doubts', { count: job.doubtful }) : t('doubts.none'));
    if (job.review === 'preparing') found.push(progressText(job.progress));
    return found.join(' ');
  }

  showPicture(job) {
    const there = (job.state === 'running' && job.picture > 0) || job.result;
    if (!there) return;
    const url = pictureUrl(job);
    if (this.picture.tagName === 'IMG' && this.picture.getAttribute('src') === url) return;
    const image = el('img.picture', { src: url, alt: t('picture.of', { name: job.name }) });
    this.picture.replaceWith(image);
    this.picture = image;
  }

  showPlace(job) {
    if (!job.result) { this.place.replaceChildren(); return; }
    const path = `${job.folder}/${job.result.name}`;
    this.place.replaceChildren(t('stands.in'), ' ', el('code', {}, path));
  }

  buttons(job) {
    const button = (text, action, kind = '') => el(`button${kind}`, { type: 'button', onclick: action }, text);
    if (job.state === 'queued' || job.state === 'running') return [button(t('cancel'), () => act('POST', `/jobs/${job.id}/cancel`))];
    const path = `${job.folder}/${job.result?.name}`;
    return [
      job.result ? el('a.button.main.result', { href: resultUrl(job), download: job.result.name }, t('download', { size: size(job.result.size) })) : null,
      job.review === 'ready' ? el('a.button.review', { href: `#/review/${job.id}` }, t('review')) : null,
      job.state !== 'done' ? button(t('again'), () => act('POST', `/jobs/${job.id}/again`, {})) : null,
      job.result ? el('a.button', { href: reportUrl(job), download: '' }, t('report')) : null,
      job.result ? button(t('copy.place'), () => navigator.clipboard?.writeText(path).then(() => notify(t('copied', { path })), () => notify(path, { sticky: true }))) : null,
      button(t('delete'), () => this.remove(job)),
    ];
  }

  async remove(job) {
    const text = job.origin === 'upload' ? t('delete.upload', { name: job.name }) : t('delete.pick', { name: job.name });
    if (await ask(t('delete.title'), text, t('delete'))) act('DELETE', `/jobs/${job.id}`);
  }
}

export class JobList {
  constructor(jobs) {
    this.cards = new Map();
    this.list = el('ul.jobs', {});
    this.element = el('section', { 'aria-labelledby': 'jobs-title', hidden: true }, el('h2', { id: 'jobs-title' }, t('jobs')), this.list);
    for (const job of jobs.values()) this.changed(job);
  }

  changed(job) {
    let card = this.cards.get(job.id);
    if (!card) {
      card = new JobCard(job);
      this.cards.set(job.id, card);
      this.list.prepend(card.element);
    }
    card.update(job);
    this.element.hidden = false;
  }

  gone(id) {
    this.cards.get(id)?.element.remove();
    this.cards.delete(id);
    this.element.hidden = this.cards.size === 0;
  }
}
