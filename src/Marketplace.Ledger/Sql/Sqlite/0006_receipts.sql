-- Signatures of receipts, epochs of receipts, and the transactions that put epochs' roots on a chain.
CREATE TABLE receipt_key(
  id TEXT PRIMARY KEY,
  public_key BLOB NOT NULL UNIQUE,
  at_us INTEGER NOT NULL
) STRICT;
CREATE TRIGGER receipt_key_no_update BEFORE UPDATE ON receipt_key BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER receipt_key_no_delete BEFORE DELETE ON receipt_key BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TABLE receipt_signature(
  seq INTEGER PRIMARY KEY REFERENCES receipt(seq),
  key_id TEXT NOT NULL,
  signature TEXT NOT NULL
) STRICT;
CREATE TRIGGER receipt_signature_no_update BEFORE UPDATE ON receipt_signature
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER receipt_signature_no_delete BEFORE DELETE ON receipt_signature
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- A closed run of receipts; every receipt is in one epoch at most.
CREATE TABLE epoch(
  number INTEGER PRIMARY KEY CHECK(number > 0),
  first_seq INTEGER NOT NULL UNIQUE REFERENCES receipt(seq),
  last_seq INTEGER NOT NULL UNIQUE REFERENCES receipt(seq),
  root TEXT NOT NULL,
  closed_us INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  signature TEXT NOT NULL,
  CHECK(last_seq >= first_seq)
) STRICT;
CREATE TRIGGER epoch_no_update BEFORE UPDATE ON epoch BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER epoch_no_delete BEFORE DELETE ON epoch BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER epoch_follows BEFORE INSERT ON epoch
WHEN NEW.first_seq <> COALESCE((SELECT MAX(last_seq) FROM epoch), 0) + 1
  OR NEW.number <> COALESCE((SELECT MAX(number) FROM epoch), 0) + 1
BEGIN SELECT RAISE(ABORT, 'epoch_gap'); END;

-- Signed bytes stand here before they are sent for the first time; at most one row of an epoch is alive.
CREATE TABLE epoch_anchor(
  epoch INTEGER NOT NULL REFERENCES epoch(number),
  attempt INTEGER NOT NULL CHECK(attempt > 0),
  genesis TEXT NOT NULL,
  signer TEXT NOT NULL,
  memo TEXT NOT NULL,
  wire BLOB NOT NULL,
  signature TEXT NOT NULL UNIQUE,
  last_height INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('signed', 'final', 'dead')),
  at_us INTEGER NOT NULL,
  PRIMARY KEY(epoch, attempt)
) STRICT;
CREATE UNIQUE INDEX epoch_anchor_alive ON epoch_anchor(epoch) WHERE state <> 'dead';
CREATE TRIGGER epoch_anchor_once BEFORE UPDATE ON epoch_anchor
WHEN OLD.state <> 'signed' OR NEW.epoch <> OLD.epoch OR NEW.attempt <> OLD.attempt OR NEW.wire <> OLD.wire
  OR NEW.signature <> OLD.signature OR NEW.memo <> OLD.memo
BEGIN SELECT RAISE(ABORT, 'anchor_settled'); END;
CREATE TRIGGER epoch_anchor_no_delete BEFORE DELETE ON epoch_anchor BEGIN SELECT RAISE(ABORT, 'append_only'); END;
