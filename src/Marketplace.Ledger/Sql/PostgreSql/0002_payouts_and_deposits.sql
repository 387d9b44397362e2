-- Payout lanes, chunks and attempts. States: 0 planned, 1 signed, 2 sent, 3 landed, 4 finalized, 5 failed, 6 dead.
CREATE TABLE lane(
  id TEXT PRIMARY KEY,
  nonce_account TEXT NOT NULL,
  holder TEXT NOT NULL,
  fence BIGINT NOT NULL,
  until_us BIGINT NOT NULL
);

CREATE TABLE chunk(
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  lane TEXT NOT NULL REFERENCES lane(id),
  state BIGINT NOT NULL CHECK(state BETWEEN 0 AND 6),
  version BIGINT NOT NULL,
  signature TEXT,
  slot BIGINT,
  note TEXT,
  planned_us BIGINT NOT NULL,
  ended_us BIGINT,
  CONSTRAINT chunk_ended CHECK((state >= 4) = (ended_us IS NOT NULL))
);
CREATE UNIQUE INDEX chunk_one_live_per_lane ON chunk(lane) WHERE state <= 3;
CREATE TRIGGER chunk_terminal BEFORE UPDATE ON chunk FOR EACH ROW
  WHEN (OLD.state >= 4) EXECUTE FUNCTION refuse_change('chunk_terminal');

-- taken: the chunk is live or finalized. A payout is in at most one such chunk.
CREATE TABLE chunk_payout(
  chunk_id TEXT NOT NULL REFERENCES chunk(id),
  place BIGINT NOT NULL,
  payout_id TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  wallet TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK(amount > 0),
  fee BIGINT NOT NULL CHECK(fee >= 0),
  taken BIGINT NOT NULL CHECK(taken IN (0, 1)),
  PRIMARY KEY(chunk_id, place)
);
CREATE UNIQUE INDEX payout_in_one_chunk ON chunk_payout(payout_id) WHERE taken = 1;
CREATE INDEX chunk_payout_history ON chunk_payout(payout_id);

-- Signed bytes never change: only the time of the first send is filled in later.
CREATE TABLE attempt(
  chunk_id TEXT NOT NULL REFERENCES chunk(id),
  number BIGINT NOT NULL CHECK(number >= 1),
  signature TEXT NOT NULL UNIQUE,
  wire BYTEA NOT NULL,
  genesis TEXT NOT NULL,
  nonce_account TEXT,
  nonce_value TEXT NOT NULL,
  last_valid_height BIGINT,
  signed_us BIGINT NOT NULL,
  sent_us BIGINT,
  PRIMARY KEY(chunk_id, number)
);
CREATE TRIGGER attempt_fixed BEFORE UPDATE OF chunk_id, number, signature, wire, genesis, nonce_account, nonce_value, last_valid_height, signed_us ON attempt
  FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER attempt_no_delete BEFORE DELETE ON attempt FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');

-- Deposits that are expected, transfers that were credited, and how far each scan has come.
CREATE TABLE expected_deposit(
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  reference TEXT NOT NULL UNIQUE,
  amount BIGINT CHECK(amount > 0),
  at_us BIGINT NOT NULL
);
CREATE INDEX expected_deposit_account ON expected_deposit(account, seq);

CREATE TABLE credited_transfer(
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  genesis TEXT NOT NULL,
  signature TEXT NOT NULL,
  token_account TEXT NOT NULL,
  deposit_id TEXT REFERENCES expected_deposit(id),
  account TEXT,
  amount BIGINT NOT NULL CHECK(amount > 0),
  slot BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  UNIQUE(genesis, signature, token_account)
);
CREATE INDEX credited_transfer_deposit ON credited_transfer(deposit_id);
CREATE TRIGGER credited_transfer_no_delete BEFORE DELETE ON credited_transfer FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');

CREATE TABLE scan_cursor(source TEXT PRIMARY KEY, position TEXT NOT NULL, at_us BIGINT NOT NULL);
