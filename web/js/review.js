import { el } from './dom.js';
import { t } from './texts.js';

export class ReviewView {
  constructor(main) {
    main.replaceChildren(el('p', {}, t('review.wait')));
  }
  changed() {}
  gone() {}
  close() {}
}
