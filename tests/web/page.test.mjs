// The page as a person uses it.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { clear, makeClip, openBrowser, room, screenshots, Server, source, violations } from './support.mjs';

const folder = path.join(room, 'videos');
const data = path.join(room, 'data');
let server; let context; let page; let clip; let short;

const shot = (name, options = {}) => page.screenshot({ path: path.join(screenshots, name), fullPage: true, ...options });
const card = (name) => page.locator('.job', { has: page.locator('h3', { hasText: name }) });
const state = (name, text) => card(name).first().locator('.badge', { hasText: text }).waitFor({ timeout: 90000 });
const processed = async (...files) => { await page.setInputFiles('#file', files); await page.click('text=Process Video'); };

before(async () => {
  mkdirSync(folder);
  clip = makeClip('clip.mkv', 2.2, 0.6, 480);
  short = makeClip('short.mkv', 0.4, 2, 320);
  copyFileSync(short, path.join(folder, 'picked.mkv'));
  server = await Server.start('--port', '0', '--data', data, '--folder', folder);
  context = await openBrowser();
  page = context.pages()[0];
  page.errors = [];
  page.on('pageerror', (error) => page.errors.push(error.message));
  await page.goto(server.url);
  await page.waitForSelector('#process');
});

after(async () => {
  await context?.close();
  await server?.stop();
  clear();
});

test('upload, Process Video, the result is in the folder beside the original', async () => {
  assert.deepEqual(await violations(page), []);
  await processed(clip);
  await state('clip.mkv', 'Done');
  const place = await card('clip.mkv').locator('code').innerText();
  assert.ok(existsSync(place) && existsSync(path.join(path.dirname(place), 'clip.mkv')));
  const [download] = await Promise.all([page.waitForEvent('download'), card('clip.mkv').locator('a.result').click()]);
  assert.equal(download.suggestedFilename(), 'clip_invisible.mkv');
  assert.deepEqual(readFileSync(await download.path()), readFileSync(place));
  await card('clip.mkv').locator('a.review').waitFor({ timeout: 60000 });
  assert.deepEqual(await violations(page), []);
  await shot('home-1440-light.png');
});

test('review: correct, nothing is lost on reload, undo, process again', async () => {
  await card('clip.mkv').locator('a.review').click();
  await page.waitForSelector('.lane');
  await page.waitForFunction(() => [...document.querySelectorAll('video')].every((v) => v.readyState >= 2));
  assert.deepEqual(await violations(page), []);
  const lanes = () => page.locator('.lane').count();
  const found = await lanes();
  assert.ok(found >= 1);

  // A box that was missed, drawn with the pointer.
  await page.click('.draw');
  const picture = await page.locator('svg.boxes').boundingBox();
  await page.mouse.move(picture.x + picture.width * 0.1, picture.y + picture.height * 0.55);
  await page.mouse.down();
  await page.mouse.move(picture.x + picture.width * 0.25, picture.y + picture.height * 0.9, { steps: 4 });
  await page.mouse.up();
  assert.equal(await lanes(), found + 1);
  await page.locator('.lane.selected input[type=text]').fill('The shelf');
  await page.locator('.lane.selected input[type=text]').press('Enter');
  await page.fill('#to', '0:00.9');
  await page.click('.span');
  await page.waitForFunction(() => document.body.textContent.includes('All changes are saved.'));

  await page.reload();
  await page.waitForSelector('.lane');
  assert.equal(await lanes(), found + 1);
  assert.equal(await page.locator('.lane input[type=text]').evaluateAll((all) => all.some((one) => one.value === 'The shelf')), true);

  // A false alarm goes, and comes back with the keyboard.
  await page.locator('.lane .bar').first().click();
  await page.click('.remove-person');
  assert.equal(await lanes(), found);
  await page.locator('h1').click();
  await page.keyboard.press('Control+z');
  assert.equal(await lanes(), found + 1);
  await page.click('input[value=wipe]');
  await shot('review-wipe-1440-light.png');
  await page.click('input[value=side]');

  await page.click('text=Process again');
  await page.waitForFunction(() => document.querySelector('video[src*="round=2"]'), null, { timeout: 90000 });
  const tracks = await page.evaluate(async () => (await fetch(`/api/v1/jobs/${location.hash.slice(-32)}/tracks`)).json());
  assert.ok(tracks.tracks.some((track) => track.name === 'The shelf'));
});

test('keys step, play and select; the picture for README', async () => {
  await page.waitForFunction(() => [...document.querySelectorAll('video')].every((v) => v.readyState >= 2));
  const time = () => page.evaluate(() => document.querySelector('video').currentTime);
  await page.locator('.lane .bar').last().click();
  await page.waitForFunction(() => document.querySelector('video').currentTime > 0.1);
  await page.locator('h1').click();
  const began = await time();
  for (let i = 0; i < 25; ++i) { await page.keyboard.press('.'); await page.waitForFunction(() => ![...document.querySelectorAll('video')].some((v) => v.seeking)); }
  assert.ok(await time() > began + 0.3);
  const [a, b] = await page.evaluate(() => [...document.querySelectorAll('video')].map((v) => v.currentTime));
  assert.ok(Math.abs(a - b) < 0.02);
  await page.locator('svg.boxes g').first().focus();
  await page.waitForTimeout(400);
  await shot('review-1440-light.png');
  const review = path.join(screenshots, 'review.jpg');
  await page.screenshot({ path: review, type: 'jpeg', quality: 72 });
  assert.ok(statSync(review).size < 300000);
  assert.deepEqual(page.errors, []);
});

test('doubtful places are marked, and a key goes to the next one', async () => {
  await page.route('**/report', async (route) => {
    const answer = await route.fetch();
    const report = await answer.json();
    report.streams[0].doubtful = [0.5, 1.5].map((start) => ({ track: 1, start_s: start, end_s: start + 0.2, why: 'bridged for long', x: 0, y: 0, w: 9, h: 9 }));
    await route.fulfill({ response: answer, json: report });
  });
  await page.reload();
  await page.waitForSelector('.doubt');
  await page.waitForFunction(() => [...document.querySelectorAll('video')].every((v) => v.readyState >= 2));
  assert.equal(await page.locator('.doubt').count(), 2);
  for (const time of [0.5, 1.5]) {
    await page.keyboard.press('n');
    await page.waitForFunction((t) => Math.abs(document.querySelector('video').currentTime - t) < 0.1, time);
  }
  assert.match(await page.locator('.doubt-text').innerText(), /not seen for a while/);
  assert.deepEqual(await violations(page), []);
  await page.unroute('**/report');
});

test('people: who stays, joined and taken apart by keyboard and by dragging', async () => {
  await page.route('**/tracks?which=found', async (route) => {
    const answer = await route.fetch();
    const tracks = await answer.json();
    const { boxes } = tracks.tracks[0];
    const part = (i) => boxes.slice((i * boxes.length) / 4, ((i + 1) * boxes.length) / 4);
    tracks.tracks = [1, 2, 1, 0].map((person, i) => ({ id: 11 + i, boxes: part(i), ...(person ? { person } : {}) }));
    await route.fulfill({ response: answer, json: tracks });
  });
  await page.route('**/edits', (route) => (route.request().method() === 'GET' ? route.fulfill({ json: {} }) : route.continue()));
  await page.reload();
  await page.waitForSelector('.person');
  await page.waitForFunction(() => [...document.querySelectorAll('video')].every((v) => v.readyState >= 2));
  const names = () => page.locator('.person strong').allInnerTexts();
  const hidden = () => page.locator('.lane:not(.visible)').count();
  assert.deepEqual(await names(), ['Person 1', 'Person 2', 'Not known who']);
  assert.deepEqual(await violations(page), []);

  // Both faces of the first person stay; who is not known cannot.
  const all = await hidden();
  await page.getByRole('button', { name: 'Person 1: Stays visible' }).click();
  assert.equal(await hidden(), all - 2);
  assert.equal(await page.locator('.person', { hasText: 'Not known who' }).locator('[aria-pressed]').count(), 0);

  // By keyboard alone: one of its faces is somebody else's, and that one is hidden again.
  await page.locator('.person').first().locator('summary').focus();
  await page.keyboard.press('Enter');
  await page.locator('.person').first().locator('ul select').last().focus();
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.querySelectorAll('.person').length === 4);
  assert.deepEqual(await names(), ['Person 1', 'Person 2', 'Person 3', 'Not known who']);
  assert.equal(await hidden(), all - 1);
  await shot('people-1440-light.png');
  assert.deepEqual(await violations(page), []);

  // The third is the second: its card is drawn onto that one's. Then a time of it onto the first, which stays visible.
  await page.locator('.person[data-person="3"]').dragTo(page.locator('.person[data-person="2"]'), { sourcePosition: { x: 40, y: 40 } });
  await page.waitForFunction(() => document.querySelectorAll('.person').length === 3);
  const second = page.locator('.person[data-person="2"]');
  await second.locator('summary').click();
  await second.locator('.chip').first().dragTo(page.locator('.person[data-person="1"] canvas'));
  assert.equal(await hidden(), all - 2);
  await page.locator('h1').click();
  await page.keyboard.press('Control+z');
  assert.equal(await hidden(), all - 1);

  await page.setViewportSize({ width: 360, height: 780 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 360);
  assert.deepEqual(await violations(page), []);
  await shot('people-360.png');
  await page.setViewportSize({ width: 1440, height: 1000 });
  assert.deepEqual(page.errors, []);
  await page.unroute('**/tracks?which=found');
  await page.unroute('**/edits');
  await page.reload();
  await page.waitForSelector('.lane');
});

test('narrow and dark: nothing overflows, axe has nothing against it', async () => {
  await page.setViewportSize({ width: 360, height: 780 });
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });  // a colour that is still changing has no contrast yet
  for (const [name, hash] of [['review', null], ['home', '#/']]) {
    if (hash) await page.evaluate((h) => { location.hash = h; }, hash);
    if (hash) await page.waitForSelector('#process');
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 360);
    assert.deepEqual(await violations(page), []);
    await shot(`${name}-360-dark.png`);
  }
  await page.setViewportSize({ width: 1440, height: 1000 });
  await page.emulateMedia({ colorScheme: 'light' });
});

test('the page speaks four languages, each with all its words', async () => {
  const texts = JSON.parse(readFileSync(path.join(source, 'web/texts.json'), 'utf8'));
  for (const language of ['es', 'de', 'hi']) {
    const missing = Object.keys(texts.en).filter((key) => !texts[language][key]);
    assert.deepEqual(missing, [], language);
    for (const [key, text] of Object.entries(texts.en)) assert.deepEqual((texts[language][key].match(/\{\w+\}/g) ?? []).sort(), (text.match(/\{\w+\}/g) ?? []).sort(), `${language} ${key}`);
    await page.selectOption('#language', language);
    assert.equal(await page.locator('#process').innerText(), texts[language].process);
    assert.equal(await page.getAttribute('html', 'lang'), language);
  }
  await shot('home-1440-hi.png');
  await page.selectOption('#language', 'en');
});

test('pick from the folder, stop a job, refusals in plain words', async () => {
  await page.click('text=Or pick from the folder');
  await page.click('label:has-text("picked.mkv")');
  await page.click('text=Process Video');
  await state('picked.mkv', 'Done');
  assert.ok(existsSync(path.join(folder, 'picked_invisible.mkv')));

  await processed(makeClip('long.mkv', 6, 0.2, 640));
  await state('long.mkv', 'Working');
  await card('long.mkv').locator('button', { hasText: 'Stop' }).click();
  await state('long.mkv', 'Stopped');

  const text = path.join(room, 'no video.mp4');
  writeFileSync(text, 'hello '.repeat(1000));
  await page.setInputFiles('#file', text);
  await page.locator('.notice', { hasText: 'choose a video' }).waitFor({ timeout: 15000 });
  assert.equal(await page.locator('.files li').count(), 0);
});

test('eight uploads at once with one worker, and a restart in the middle', async () => {
  const files = [...Array(8).keys()].map((i) => { const file = path.join(room, `many${i}.mkv`); copyFileSync(short, file); return file; });
  await processed(...files);
  await page.waitForFunction(() => [...document.querySelectorAll('.job h3')].filter((h) => h.textContent.startsWith('many')).length === 8, null, { timeout: 30000 });
  const { port } = server;
  await server.stop();
  server = await Server.start('--port', port, '--data', data, '--folder', folder);
  for (let i = 0; i < 8; ++i) await state(`many${i}.mkv`, 'Done');
  const status = readFileSync(`/proc/${server.process.pid}/status`, 'utf8');
  assert.ok(Number(status.match(/VmHWM:\s+(\d+)/)[1]) < 200000, 'the server itself stays small');
  await card('many0.mkv').locator('button', { hasText: 'Delete all traces' }).click();
  await page.locator('dialog button.main').click();
  await card('many0.mkv').waitFor({ state: 'detached' });
});
