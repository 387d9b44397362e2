// Adds up test reports: CTRF files of the .NET tests, the TAP log of the local chain's tests.
// sum FOLDER: prints failures and skips with their reasons, then the closing line; code 1 on any failure.
// skip FILE NAME REASON: writes a report with one skipped test.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [command, ...args] = process.argv.slice(2);
if (command === 'sum') process.exit(sum(args[0]));
else if (command === 'skip') skip(...args);
else throw new Error('expected: sum FOLDER, or skip FILE NAME REASON');

function sum(folder) {
  const tests = readdirSync(folder).sort().flatMap((file) => {
    if (file.endsWith('.json')) return fromCtrf(join(folder, file));
    return file === 'solana-localnet.log' ? fromTap(join(folder, file)) : [];
  });
  const of = (status) => tests.filter((test) => test.status === status);
  for (const test of of('failed')) console.log(`FAILED ${test.name}\n       ${(test.message ?? '').split('\n')[0]}`);
  for (const [reason, names] of groupByReason(of('skipped'))) {
    console.log(`skipped (${reason}): ${names.length === 1 ? names[0] : `${names.length} tests, such as ${names[0]}`}`);
  }
  console.log(`${of('passed').length} passed, ${of('failed').length} failed, ${of('skipped').length} skipped`);
  return of('failed').length === 0 && of('passed').length > 0 ? 0 : 1;
}

function fromCtrf(file) {
  // A test's own output may hold control characters that the report does not escape.
  const text = readFileSync(file, 'utf8').replace(/[\u0000-\u001f]/g, ' ');
  return JSON.parse(text).results.tests.map((test) => ({
    name: test.name, status: test.status === 'passed' ? 'passed' : test.status === 'failed' ? 'failed' : 'skipped', message: test.message,
  }));
}

// Only leaves count: a TAP line with a nested plan is a group.
function fromTap(file) {
  const lines = readFileSync(file, 'utf8').split('\n');
  const found = [];
  lines.forEach((line, at) => {
    const match = /^(\s*)(not )?ok \d+ - (.*?)(?: # SKIP\s*(.*))?$/.exec(line);
    if (!match) return;
    const isGroup = lines.slice(at, at + 6).some((next) => /type: 'suite'/.test(next));
    if (isGroup) return;
    const status = match[4] !== undefined ? 'skipped' : match[2] ? 'failed' : 'passed';
    found.push({ name: `localnet: ${match[3]}`, status, message: match[4] });
  });
  return found;
}

function groupByReason(skipped) {
  const groups = new Map();
  for (const { name, message } of skipped) {
    const reason = (message ?? 'no reason given').split('\n')[0];
    groups.set(reason, [...(groups.get(reason) ?? []), name]);
  }
  return groups;
}

function skip(file, name, reason) {
  writeFileSync(file, JSON.stringify({ results: { tests: [{ name, status: 'skipped', message: reason }] } }));
}
