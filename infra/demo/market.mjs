// A small client of the market's REST API: what a renter's or provider's own script would look like.
import { createHash } from 'node:crypto';

const pollMs = 200;

export function sha256(bytes) { return createHash('sha256').update(bytes).digest('hex'); }

export class Market {
  constructor(url, key) {
    this.url = url;
    this.key = key;
  }

  // Waits until the host says that it is ready.
  static async connect(url, key) {
    const market = new Market(url, key);
    const until = Date.now() + 60_000;
    while (Date.now() < until) {
      const answer = await fetch(`${url}/readyz`).catch(() => null);
      if (answer?.ok) return market;
      await pause();
    }
    throw new Error(`${url}/readyz did not answer 200 within 60 s`);
  }

  get(path) { return this.#json('GET', path); }

  post(path, body, headers) { return this.#json('POST', path, body, headers); }

  put(path, body) { return this.#json('PUT', path, body); }

  async upload(hash, bytes) {
    const answer = await this.#send('PUT', `/v1/assets/${hash}`, bytes, { 'Content-Type': 'application/octet-stream' });
    await answer.arrayBuffer();
  }

  async download(path) { return Buffer.from(await (await this.#send('GET', path)).arrayBuffer()); }

  // For administrators: an account with a first key of these scopes.
  async newAccount(name, scopes) {
    const { account, apiKey } = await this.post('/v1/accounts', { name, scopes, live: true });
    const market = new Market(this.url, apiKey.secret);
    market.account = account.id;
    return market;
  }

  // Polls until the condition holds; a state that cannot lead there is an error.
  async until(path, holds, seconds) {
    const until = Date.now() + seconds * 1000;
    let view;
    while (Date.now() < until) {
      view = await this.get(path);
      if (holds(view)) return view;
      if (['failed', 'expired', 'cancelled', 'refused', 'frozen'].includes(view.state)) {
        throw new Error(`${path} ended as ${view.state}: ${JSON.stringify(view.ending ?? view.trouble ?? view)}`);
      }
      await pause();
    }
    throw new Error(`${path} did not get there within ${seconds} s: ${JSON.stringify(view)}`);
  }

  // Follows a job's server-sent events; resumes where it was when the stream breaks.
  async tokens(job, onToken) {
    let text = '';
    let last = '0';
    for (let tries = 0; tries < 20; tries++) {
      const answer = await this.#send('GET', `/v1/jobs/${job}/events`, undefined, { Accept: 'text/event-stream', 'Last-Event-ID': last });
      let pending = '';
      for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
        pending += chunk;
        for (let end; (end = pending.indexOf('\n\n')) >= 0; pending = pending.slice(end + 2)) {
          const event = readEvent(pending.slice(0, end));
          if (event.type === 'token') {
            last = event.id;
            const { text: piece } = JSON.parse(event.data);
            text += piece;
            onToken(piece);
          } else if (event.type === 'done') {
            return text;
          }
        }
      }
      await pause();
    }
    throw new Error(`the events of ${job} broke off too often`);
  }

  async #json(method, path, body, headers = {}) {
    const answer = await this.#send(method, path, body === undefined ? undefined : JSON.stringify(body),
      { 'Content-Type': 'application/json', ...headers });
    return answer.json();
  }

  async #send(method, path, body, headers = {}) {
    const answer = await fetch(this.url + path, { method, body, headers: { Authorization: `Bearer ${this.key}`, ...headers } });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}

function readEvent(block) {
  const event = { type: 'message', data: '' };
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const [field, value] = [line.slice(0, colon), line.slice(colon + 1).trimStart()];
    if (field === 'event') event.type = value;
    else if (field === 'id') event.id = value;
    else if (field === 'data') event.data += value;
  }
  return event;
}

function pause() { return new Promise((next) => setTimeout(next, pollMs)); }
