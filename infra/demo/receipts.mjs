// Receipts as a renter checks them: files and public keys on disk, the command line, nobody to ask.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const broken = 1;

// Verifies each receipt offline, and that a copy with one byte changed fails.
export async function verifyReceipts({ renter, ids, folder, cli, rpcUrl, processes, say }) {
  const keys = join(folder, 'receipt-keys.json');
  const files = [];
  for (const id of ids) {
    const bytes = await withAnchor(renter, id);
    const file = join(folder, `${id}.json`);
    writeFileSync(file, bytes);
    files.push({ id, file, bytes });
  }
  writeFileSync(keys, await renter.download('/v1/receipt-keys'));
  const verify = (file, ...more) =>
    processes.code('receipts', 'dotnet', [cli, 'receipts', 'verify', file, '--keys', keys, ...more]);

  for (const { id, file, bytes } of files) {
    const receipt = JSON.parse(bytes);
    const signed = `signed by ${receipt.resultsSigned} of ${receipt.resultsSigned + receipt.resultsUnsigned} devices' results`;
    if (await verify(file) !== 0) throw new Error(`${id} does not verify offline`);
    const changed = Buffer.from(bytes);
    changed[changed.indexOf('"charge":"') + '"charge":"'.length] ^= 1;
    const copy = join(folder, `${id}.changed.json`);
    writeFileSync(copy, changed);
    if (await verify(copy) !== broken) throw new Error(`a changed copy of ${id} verifies`);
    say(`${id}: verified offline, ${signed}; a copy with one byte changed fails`);
  }

  const [first] = files;
  if (first && await verify(first.file, '--rpc', rpcUrl) !== 0) throw new Error(`${first.id} is not on chain`);
  if (first) say(`the root of epoch ${JSON.parse(first.bytes).proof.epoch.number} is on chain, finalized`);
  return files.length > 0;
}

// The file once the chain calls its epoch's root final.
async function withAnchor(renter, id) {
  await renter.until(`/v1/receipts/${id}`, (view) => view.proof.anchor?.state === 'final', 60);
  return renter.download(`/v1/receipts/${id}`);
}
