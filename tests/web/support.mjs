// A server and a browser for the tests.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

export const source = process.env.INVISIBLUR_SOURCE;
export const screenshots = process.env.SCREENSHOTS;
export const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const room = mkdtempSync(path.join(os.tmpdir(), 'page-'));
export const sample = path.join(source, 'media/sample.mkv');

export function makeClip(name, seconds, start = 2, width = 320) {
  const file = path.join(room, name);
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-ss', String(start), '-i', sample, '-t', String(seconds), '-map', '0:v', '-vf', `scale=${width}:-2`, '-c:v', 'libx264', '-preset', 'ultrafast', file]);
  return file;
}

export class Server {
  static async start(...options) {
    const server = new Server();
    const program = path.join(process.env.INVISIBLUR_BIN ?? path.join(source, 'build/bin'), 'invis-serve');
    server.process = spawn(program, options, { stdio: ['ignore', 'pipe', 'ignore'] });
    server.url = await new Promise((resolve, reject) => {
      let said = '';
      server.process.stdout.on('data', (data) => { said += data; const found = said.match(/open (http\S+)/); if (found) resolve(found[1]); });
      server.process.on('exit', () => reject(new Error(`invis-serve ended: ${said}`)));
    });
    return server;
  }

  get port() { return new URL(this.url).port; }

  stop() {
    return new Promise((resolve) => { this.process.removeAllListeners('exit'); this.process.on('exit', resolve); this.process.kill('SIGTERM'); });
  }
}

export async function openBrowser(options = {}) {
  return chromium.launchPersistentContext(mkdtempSync(path.join(room, 'profile-')), {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, viewport: { width: 1440, height: 1000 }, locale: 'en-GB', ...options,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** What axe has against a page, as text; the page's own policy lets no script in from outside, so it is evaluated. */
export async function violations(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }));
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
}

export const clear = () => rmSync(room, { recursive: true, force: true });
