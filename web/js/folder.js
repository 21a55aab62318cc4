// The videos of the folder that the server was given.
import { call } from './api.js';
import { el } from './dom.js';
import { size, t } from './texts.js';

export class FolderList {
  /** `picked(path, name, bytes, on)` is called when a video is chosen or not any more. */
  constructor(name, picked) {
    this.picked = picked;
    this.path = '';
    this.chosen = new Set();
    this.where = el('span', {}, name);
    this.list = el('ul.folder', { tabindex: '0', 'aria-label': t('folder.list') });
    this.root = name;
    this.element = el('details.fold', { ontoggle: () => this.element.open && this.refresh() },
      el('summary', {}, t('folder.title', { name })), el('p.quiet.small', {}, t('folder.hint')), this.where, this.list);
  }

  async refresh() {
    if (!this.element.open) return;
    try {
      const folder = await call('GET', `/folder?path=${encodeURIComponent(this.path)}`);
      this.where.textContent = [this.root, ...this.path.split('/').filter(Boolean)].join(' / ');
      this.list.replaceChildren(...this.rows(folder.entries));
    } catch (error) {
      this.list.replaceChildren(el('li.bad', {}, error.message));
    }
  }

  rows(entries) {
    const rows = entries.map((entry) => (entry.type === 'folder' ? this.folderRow(entry.name, this.below(entry.name)) : this.videoRow(entry)));
    if (this.path) rows.unshift(this.folderRow(t('folder.up'), this.path.split('/').slice(0, -1).join('/')));
    return rows.length ? rows : [el('li.quiet', {}, t('folder.empty'))];
  }

  below(name) { return this.path ? `${this.path}/${name}` : name; }

  folderRow(name, path) {
    return el('li', {}, el('button', { type: 'button', onclick: () => { this.path = path; this.refresh(); } }, `📁 ${name}`));
  }

  videoRow(entry) {
    const path = this.below(entry.name);
    const box = el('input', { type: 'checkbox', 'data-path': path, onchange: () => {
      if (box.checked) this.chosen.add(path); else this.chosen.delete(path);
      this.picked(path, entry.name, entry.size, box.checked);
    } });
    box.checked = this.chosen.has(path);
    return el('li', {}, el('label', {}, box, el('span', {}, entry.name, ' ', el('span.quiet.small', {}, size(entry.size) + (entry.done ? ` · ${t('folder.done')}` : '')))));
  }

  uncheck(path) {
    this.chosen.delete(path);
    for (const box of this.list.querySelectorAll('input')) if (box.dataset.path === path) box.checked = false;
  }
}
