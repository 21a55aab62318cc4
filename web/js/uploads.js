// Sends a file in pieces. What was sent stays sent: after a broken connection or a reload the same file goes on where it was.
import { call } from './api.js';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const keyOf = (file) => `upload:${file.name}:${file.size}:${file.lastModified}`;

async function beginOrGoOn(file) {
  const known = localStorage.getItem(keyOf(file));
  if (known) {
    try {
      const upload = await call('GET', `/uploads/${known}`);
      if (!upload.complete) return upload;
    } catch { /* it is gone: begin anew */ }
  }
  const upload = await call('POST', '/uploads', { json: { name: file.name, size: file.size } });
  localStorage.setItem(keyOf(file), upload.id);
  return upload;
}

/** Returns the complete upload. `told` gets the bytes that have arrived. */
export async function send(file, chunkBytes, signal, told) {
  let upload = await beginOrGoOn(file);
  let failures = 0;
  try {
    while (!upload.complete) {
      told(upload.offset);
      const piece = file.slice(upload.offset, upload.offset + chunkBytes);
      try {
        upload = await call('PUT', `/uploads/${upload.id}?offset=${upload.offset}`, { body: piece, signal });
        failures = 0;
      } catch (error) {
        const passing = error.status === 0 || error.code === 'cut_off' || error.code === 'wrong_offset' || error.code === 'busy';
        if (!passing || ++failures > 20) throw error;
        await wait(Math.min(5000, 300 * failures));
        upload = await call('GET', `/uploads/${upload.id}`).catch(() => upload);
      }
    }
  } catch (error) {
    if (error.status !== 0) localStorage.removeItem(keyOf(file));
    if (error.name === 'AbortError') await call('DELETE', `/uploads/${upload.id}`).catch(() => {});
    throw error;
  }
  localStorage.removeItem(keyOf(file));
  told(file.size);
  return upload;
}
