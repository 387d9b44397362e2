// Faults on purpose. Each hits the next calls it matches, `count` times, and is then gone. Several with probabilities on
// one method share one draw: 0.2 and 0.15 together hit 35 of 100 calls.
//   drop        the connection is cut before anything happens
//   drop_after  the call is carried out, its answer is lost
//   ack_only    sendTransaction answers with the signature and does nothing
//   late        sendTransaction answers at once and delivers `slots` slots later; with `spread` after 0 to `slots`, with
//               `cut` its answer is lost as well
//   hide        getSignatureStatuses knows none of the signatures
//   lie         a fixed answer: `result`, or `error` {code, message, data}
//   delay       the answer waits `ms` milliseconds
//   http429     the node says: too many requests
const KINDS = new Set(['drop', 'drop_after', 'ack_only', 'late', 'hide', 'lie', 'delay', 'http429']);
const FAULTS_MAX = 256;
const DEFAULT_METHOD = { hide: 'getSignatureStatuses' };

export class Faults {
  constructor(random = Math.random) {
    this.list = [];
    this.random = random;
    this.hits = {};
  }

  add({ kind, method = DEFAULT_METHOD[kind] ?? 'sendTransaction', count = 1, probability = 1, ms = 0, slots = 10,
    spread = false, cut = false, result, error }) {
    if (!KINDS.has(kind)) throw new Error(`fault kind ${kind}; known: ${[...KINDS].join(', ')}`);
    if (this.list.length >= FAULTS_MAX) throw new Error(`at most ${FAULTS_MAX} faults at a time`);
    if (!Number.isInteger(count) || count < 1) throw new Error('count must be a whole number above 0');
    this.list.push({ kind, method, count, probability, ms, slots, spread, cut, result, error });
  }

  clear() {
    this.list = [];
  }

  /** The fault that hits this call, if any; its count goes down. */
  take(method) {
    if (method.startsWith('localnet_')) return null;
    let draw = this.random();
    for (const fault of this.list) {
      if (fault.method !== method && fault.method !== '*') continue;
      if (draw >= fault.probability) {
        draw -= fault.probability;
        continue;
      }
      if (--fault.count === 0) this.list.splice(this.list.indexOf(fault), 1);
      this.hits[fault.kind] = (this.hits[fault.kind] ?? 0) + 1;
      return fault.spread ? { ...fault, slots: Math.floor(this.random() * (fault.slots + 1)) } : fault;
    }
    return null;
  }
}
