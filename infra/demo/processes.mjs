// Child processes of the demo: started on loopback, logged to files, ended by their own handles only.
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const readyPollMs = 50;
const stopGraceMs = 15_000;

export class Processes {
  #logs;
  #running = [];

  constructor(logs) {
    this.#logs = logs;
    mkdirSync(logs, { recursive: true });
  }

  // Starts a program; with `ready` it waits until that file holds JSON and returns it.
  async start(name, command, args, { ready, seconds = 60, env = {} }) {
    const child = this.#spawn(name, command, args, env);
    this.#running.push({ name, child });
    if (!ready) return null;
    const until = Date.now() + seconds * 1000;
    while (Date.now() < until) {
      if (child.exitCode !== null) throw new Error(`${name} ended with code ${child.exitCode} before it was ready`);
      const value = readJson(ready);
      if (value) return value;
      await new Promise((next) => setTimeout(next, readyPollMs));
    }
    throw new Error(`${name} was not ready within ${seconds} s`);
  }

  // Runs a program to its end; a code other than 0 is an error.
  async run(name, command, args) {
    const code = await this.code(name, command, args);
    if (code !== 0) throw new Error(`${name} ended with code ${code}`);
  }

  // Runs a program to its end and answers its code.
  async code(name, command, args) {
    const child = this.#spawn(name, command, args, {});
    return new Promise((end) => child.on('exit', end));
  }

  // What a program has printed: the first match, awaited for some seconds.
  async printed(name, pattern, seconds = 20) {
    const until = Date.now() + seconds * 1000;
    while (Date.now() < until) {
      const match = pattern.exec(readFileSync(join(this.#logs, `${name}.log`), 'utf8'));
      if (match) return match[0];
      await new Promise((next) => setTimeout(next, readyPollMs));
    }
    throw new Error(`${name} did not print ${pattern} within ${seconds} s`);
  }

  async stopAll() {
    for (const { child } of this.#running.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((end) => child.on('exit', end));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
      await ended;
      clearTimeout(timer);
    }
    this.#running = [];
  }

  // The last lines of every log, for an error report.
  tails() {
    return readdirSync(this.#logs).map((file) =>
      `--- ${file}\n${readFileSync(join(this.#logs, file), 'utf8').split('\n').slice(-25).join('\n')}`).join('\n');
  }

  #spawn(name, command, args, env) {
    const out = openSync(join(this.#logs, `${name}.log`), 'a');
    return spawn(command, args, { stdio: ['ignore', out, out], env: { ...process.env, ...env } });
  }
}

function readJson(file) {
  if (!existsSync(file)) return null;
  try { return JSON.parse(readFileSync(file, 'utf8')); } catch { return null; }
}
