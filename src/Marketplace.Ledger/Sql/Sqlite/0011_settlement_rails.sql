-- Lanes, payouts and credited transfers name their rail. A lane keeps the rail and the chain that took it first.
ALTER TABLE lane ADD COLUMN rail TEXT NOT NULL DEFAULT 'solana';
ALTER TABLE lane ADD COLUMN chain TEXT;
ALTER TABLE chunk_payout ADD COLUMN rail TEXT NOT NULL DEFAULT 'solana';
ALTER TABLE credited_transfer ADD COLUMN rail TEXT NOT NULL DEFAULT 'solana';

-- What was signed before tells which chain its lane is of.
UPDATE lane SET chain = (
  SELECT MIN(attempt.genesis) FROM attempt JOIN chunk ON chunk.id = attempt.chunk_id WHERE chunk.lane = lane.id);
