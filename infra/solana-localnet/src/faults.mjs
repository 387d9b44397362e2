// Faults on purpose. Each hits the next calls it matches, `count` times, and is then gone.
//   drop        the connection is cut before anything happens
//   drop_after  the call is carried out, its answer is lost
//   ack_only    sendTransaction answers with the signature and does nothing
//   late        sendTransaction answers at once and delivers `slots` slots later
//   lie         a fixed answer: `result`, or `error` {code, message, data}
//   delay       the answer waits `ms` milliseconds
//   http429     the node says: too many requests
const KINDS = new Set(['drop', 'drop_after', 'ack_only', 'late', 'lie', 'delay', 'http429']);
const FAULTS_MAX = 256;

export class Faults {
  constructor(random = Math.random) {
    this.list = [];
    this.random = random;
  }

  add({ kind, method = 'sendTransaction', count = 1, probability = 1, ms = 0, slots = 10, result, error }) {
    if (!KINDS.has(kind)) throw new Error(`fault kind ${kind}; known: ${[...KINDS].join(', ')}`);
    if (this.list.length >= FAULTS_MAX) throw new Error(`at most ${FAULTS_MAX} faults at a time`);
    if (!Number.isInteger(count) || count < 1) throw new Error('count must be a whole number above 0');
    this.list.push({ kind, method, count, probability, ms, slots, result, error });
  }

  clear() {
    this.list = [];
  }

  /** The fault that hits this call, if any; its count goes down. */
  take(method) {
    if (method.startsWith('localnet_')) return null;
    const fault = this.list.find(one => one.method === method || one.method === '*');
    if (!fault || this.random() >= fault.probability) return null;
    if (--fault.count === 0) this.list.splice(this.list.indexOf(fault), 1);
    return fault;
  }
}
