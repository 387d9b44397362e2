// Makes a treasury's key file for the local chain where there is none yet: node treasury.mjs FILE
// Sixty-four bytes as JSON, the seed and the public key, as the Solana command line writes them.
import { existsSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';

const seedOffset = 16; // PKCS#8 of Ed25519: a fixed head, then the seed.
const keyOffset = 12; // SubjectPublicKeyInfo likewise.
const file = process.argv[2];
if (!file) throw new Error('expected the path of the key file');
if (!existsSync(file)) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(seedOffset);
  const key = publicKey.export({ type: 'spki', format: 'der' }).subarray(keyOffset);
  // Every container of the file's volume reads it under a user of its own; the volume is for development only.
  writeFileSync(file, JSON.stringify([...seed, ...key]), { mode: 0o644 });
}
