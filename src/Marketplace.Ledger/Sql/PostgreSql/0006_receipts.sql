-- Signatures of receipts, epochs of receipts, and the transactions that put epochs' roots on a chain.
CREATE TABLE receipt_key(
  id TEXT PRIMARY KEY,
  public_key BYTEA NOT NULL UNIQUE,
  at_us BIGINT NOT NULL
);
CREATE TRIGGER receipt_key_no_change BEFORE UPDATE OR DELETE ON receipt_key
  FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER receipt_key_no_truncate BEFORE TRUNCATE ON receipt_key
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append_only');

CREATE TABLE receipt_signature(
  seq BIGINT PRIMARY KEY REFERENCES receipt(seq),
  key_id TEXT NOT NULL,
  signature TEXT NOT NULL
);
CREATE TRIGGER receipt_signature_no_change BEFORE UPDATE OR DELETE ON receipt_signature
  FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER receipt_signature_no_truncate BEFORE TRUNCATE ON receipt_signature
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append_only');

-- A closed run of receipts; every receipt is in one epoch at most.
CREATE TABLE epoch(
  number BIGINT PRIMARY KEY CHECK(number > 0),
  first_seq BIGINT NOT NULL UNIQUE REFERENCES receipt(seq),
  last_seq BIGINT NOT NULL UNIQUE REFERENCES receipt(seq),
  root TEXT NOT NULL,
  closed_us BIGINT NOT NULL,
  key_id TEXT NOT NULL,
  signature TEXT NOT NULL,
  CHECK(last_seq >= first_seq)
);
CREATE TRIGGER epoch_no_change BEFORE UPDATE OR DELETE ON epoch
  FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER epoch_no_truncate BEFORE TRUNCATE ON epoch
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append_only');

CREATE FUNCTION epoch_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.first_seq <> COALESCE((SELECT MAX(last_seq) FROM epoch), 0) + 1
    OR NEW.number <> COALESCE((SELECT MAX(number) FROM epoch), 0) + 1 THEN
    RAISE EXCEPTION 'epoch_gap';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER epoch_follows BEFORE INSERT ON epoch FOR EACH ROW EXECUTE FUNCTION epoch_follows();

-- Signed bytes stand here before they are sent for the first time; at most one row of an epoch is alive.
CREATE TABLE epoch_anchor(
  epoch BIGINT NOT NULL REFERENCES epoch(number),
  attempt BIGINT NOT NULL CHECK(attempt > 0),
  genesis TEXT NOT NULL,
  signer TEXT NOT NULL,
  memo TEXT NOT NULL,
  wire BYTEA NOT NULL,
  signature TEXT NOT NULL UNIQUE,
  last_height BIGINT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('signed', 'final', 'dead')),
  at_us BIGINT NOT NULL,
  PRIMARY KEY(epoch, attempt)
);
CREATE UNIQUE INDEX epoch_anchor_alive ON epoch_anchor(epoch) WHERE state <> 'dead';

CREATE FUNCTION epoch_anchor_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'signed' OR NEW.epoch <> OLD.epoch OR NEW.attempt <> OLD.attempt OR NEW.wire <> OLD.wire
    OR NEW.signature <> OLD.signature OR NEW.memo <> OLD.memo THEN
    RAISE EXCEPTION 'anchor_settled';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER epoch_anchor_once BEFORE UPDATE ON epoch_anchor
  FOR EACH ROW EXECUTE FUNCTION epoch_anchor_once();
CREATE TRIGGER epoch_anchor_no_delete BEFORE DELETE ON epoch_anchor
  FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER epoch_anchor_no_truncate BEFORE TRUNCATE ON epoch_anchor
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append_only');
