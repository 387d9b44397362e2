-- Payout lanes, chunks and attempts. States: 0 planned, 1 signed, 2 sent, 3 landed, 4 finalized, 5 failed, 6 dead.
CREATE TABLE lane(
  id TEXT PRIMARY KEY,
  nonce_account TEXT NOT NULL,
  holder TEXT NOT NULL,
  fence INTEGER NOT NULL,
  until_us INTEGER NOT NULL
) STRICT;

CREATE TABLE chunk(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  lane TEXT NOT NULL REFERENCES lane(id),
  state INTEGER NOT NULL CHECK(state BETWEEN 0 AND 6),
  version INTEGER NOT NULL,
  signature TEXT,
  slot INTEGER,
  note TEXT,
  planned_us INTEGER NOT NULL,
  ended_us INTEGER,
  CONSTRAINT chunk_ended CHECK((state >= 4) = (ended_us IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX chunk_one_live_per_lane ON chunk(lane) WHERE state <= 3;
CREATE TRIGGER chunk_terminal BEFORE UPDATE ON chunk WHEN OLD.state >= 4
BEGIN SELECT RAISE(ABORT, 'chunk_terminal'); END;

-- taken: the chunk is live or finalized. A payout is in at most one such chunk.
CREATE TABLE chunk_payout(
  chunk_id TEXT NOT NULL REFERENCES chunk(id),
  place INTEGER NOT NULL,
  payout_id TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  wallet TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK(amount > 0),
  fee INTEGER NOT NULL CHECK(fee >= 0),
  taken INTEGER NOT NULL CHECK(taken IN (0, 1)),
  PRIMARY KEY(chunk_id, place)
) STRICT;
CREATE UNIQUE INDEX payout_in_one_chunk ON chunk_payout(payout_id) WHERE taken = 1;
CREATE INDEX chunk_payout_history ON chunk_payout(payout_id);

-- Signed bytes never change: only the time of the first send is filled in later.
CREATE TABLE attempt(
  chunk_id TEXT NOT NULL REFERENCES chunk(id),
  number INTEGER NOT NULL CHECK(number >= 1),
  signature TEXT NOT NULL UNIQUE,
  wire BLOB NOT NULL,
  genesis TEXT NOT NULL,
  nonce_account TEXT,
  nonce_value TEXT NOT NULL,
  last_valid_height INTEGER,
  signed_us INTEGER NOT NULL,
  sent_us INTEGER,
  PRIMARY KEY(chunk_id, number)
) STRICT;
CREATE TRIGGER attempt_fixed
BEFORE UPDATE OF chunk_id, number, signature, wire, genesis, nonce_account, nonce_value, last_valid_height, signed_us
ON attempt BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER attempt_no_delete BEFORE DELETE ON attempt BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- Deposits that are expected, transfers that were credited, and how far each scan has come.
CREATE TABLE expected_deposit(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  reference TEXT NOT NULL UNIQUE,
  amount INTEGER CHECK(amount > 0),
  at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX expected_deposit_account ON expected_deposit(account, seq);

CREATE TABLE credited_transfer(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  genesis TEXT NOT NULL,
  signature TEXT NOT NULL,
  token_account TEXT NOT NULL,
  deposit_id TEXT REFERENCES expected_deposit(id),
  account TEXT,
  amount INTEGER NOT NULL CHECK(amount > 0),
  slot INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  UNIQUE(genesis, signature, token_account)
) STRICT;
CREATE INDEX credited_transfer_deposit ON credited_transfer(deposit_id);
CREATE TRIGGER credited_transfer_no_delete BEFORE DELETE ON credited_transfer
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TABLE scan_cursor(source TEXT PRIMARY KEY, position TEXT NOT NULL, at_us INTEGER NOT NULL) STRICT;
