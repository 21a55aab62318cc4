// The first view: choose videos, press Process Video, watch, take the results.
import { call } from './api.js';
import { el, notify } from './dom.js';
import { FolderList } from './folder.js';
import { JobList } from './joblist.js';
import { OptionForm } from './options.js';
import { size, t } from './texts.js';
import { send } from './uploads.js';

export class HomeView {
  constructor(main, server, jobs) {
    this.server = server;
    this.items = [];
    this.options = new OptionForm();
    this.jobList = new JobList(jobs);
    this.files = el('ul.files', { 'aria-label': t('chosen') });
    this.button = el('button.main.large', { type: 'button', id: 'process', disabled: true, onclick: () => this.process() }, t('process'));
    this.folder = server.folder ? new FolderList(server.folder, (path, name, bytes, on) => this.pick(path, name, bytes, on)) : null;
    main.replaceChildren(
      el('section', {}, el('h1', {}, t('title')), el('p.quiet', {}, t('intro'))),
      el('section.card', { 'aria-labelledby': 'choose-title' }, el('h2', { id: 'choose-title' }, t('choose.title')),
        this.dropZone(), this.folder?.element, this.files, this.options.element,
        el('div.row', {}, this.button, el('span.quiet.small', { id: 'process-hint' }, t('process.hint')))),
      this.jobList.element);
  }

  dropZone() {
    const input = el('input.hidden', { type: 'file', id: 'file', multiple: true, accept: 'video/*,.mkv,.avi,.mts,.m2ts,.mxf,.flv,.vob', onchange: () => {
      this.addFiles([...input.files]);
      input.value = '';
    } });
    const zone = el('div.drop', {
      ondragover: (event) => { event.preventDefault(); zone.classList.add('over'); },
      ondragleave: () => zone.classList.remove('over'),
      ondrop: (event) => { event.preventDefault(); zone.classList.remove('over'); this.addFiles([...event.dataTransfer.files]); },
    }, el('strong', {}, t('drop')), el('span.quiet', {}, t('drop.or')), el('label.button', { for: 'file' }, t('choose'), input),
    el('span.quiet.small', {}, t('drop.limit', { size: size(this.server.max_size), days: this.server.keep_days })));
    return zone;
  }

  addFiles(files) {
    for (const file of files) {
      if (file.size > this.server.max_size) {
        notify(t('error.too_large_here', { name: file.name, size: size(this.server.max_size) }), { sticky: true });
        continue;
      }
      const item = { name: file.name, bytes: file.size, stop: new AbortController() };
      this.add(item);
      item.ready = this.upload(item, file);
    }
  }

  async upload(item, file) {
    try {
      item.upload = await send(file, this.server.chunk_bytes, item.stop.signal, (bytes) => this.showProgress(item, bytes));
      item.state.textContent = t('uploaded');
      item.bar.hidden = true;
      return { upload: item.upload.id };
    } catch (error) {
      if (error.name === 'AbortError') return null;
      notify(`${item.name}: ${error.message}`, { sticky: true });
      this.drop(item);
      return null;
    }
  }

  showProgress(item, bytes) {
    item.bar.value = item.bytes ? bytes / item.bytes : 0;
    item.state.textContent = bytes < item.bytes ? t('uploading', { done: size(bytes), all: size(item.bytes) }) : t('checking');
  }

  pick(path, name, bytes, on) {
    if (!on) {
      const item = this.items.find((one) => one.path === path);
      if (item) this.drop(item);
      return;
    }
    const item = { name, bytes, path, ready: Promise.resolve({ path }) };
    this.add(item);
    item.bar.hidden = true;
    item.state.textContent = t('picked', { size: size(bytes) });
  }

  add(item) {
    item.bar = el('progress', { max: 1, 'aria-label': t('upload.of', { name: item.name }) });
    item.bar.value = 0;
    item.state = el('span.quiet.small', {});
    item.row = el('li', {}, el('span.name', {}, item.name, ' ', item.state),
      el('button', { type: 'button', 'aria-label': t('remove.name', { name: item.name }), onclick: () => this.remove(item) }, t('remove')), item.bar);
    this.items.push(item);
    this.files.append(item.row);
    this.button.disabled = false;
  }

  drop(item) {
    item.row.remove();
    this.items = this.items.filter((one) => one !== item);
    this.button.disabled = this.items.length === 0;
    if (item.path) this.folder?.uncheck(item.path);
  }

  remove(item) {
    item.stop?.abort();
    if (item.upload) call('DELETE', `/uploads/${item.upload.id}`).catch(() => {});
    this.drop(item);
  }

  async process() {
    const options = this.options.values();
    if (!options) return;
    this.button.disabled = true;
    const overwrite = this.options.overwrite();
    await Promise.all(this.items.slice().map((item) => this.processOne(item, options, overwrite)));
    this.button.disabled = this.items.length === 0;
    this.folder?.refresh();
  }

  async processOne(item, options, overwrite) {
    const source = await item.ready;
    if (!source) return;
    try {
      await call('POST', '/jobs', { json: { ...source, options, overwrite } });
      this.drop(item);
    } catch (error) {
      notify(`${item.name}: ${error.message}`, { sticky: true });
    }
  }

  changed(job) { this.jobList.changed(job); }
  gone(id) { this.jobList.gone(id); }
  close() {}
}
