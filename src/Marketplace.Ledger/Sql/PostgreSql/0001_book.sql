-- The books. Debit positive, credit negative, in the asset's smallest unit; times are microseconds since 1970 UTC.
CREATE TABLE account(
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  asset TEXT NOT NULL,
  class TEXT NOT NULL CHECK(class IN ('A', 'L', 'I', 'X', 'Q')),
  floored BIGINT NOT NULL CHECK(floored IN (0, 1)),
  balance BIGINT NOT NULL DEFAULT 0,
  held BIGINT NOT NULL DEFAULT 0 CHECK(held >= 0),
  version BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT account_floor CHECK(floored = 0
    OR (class = 'L' AND balance + held <= 0) OR (class = 'A' AND balance - held >= 0))
);

-- The claim of a key. The deferred reference to the seal means that no transaction commits an unsealed journal.
CREATE TABLE command(
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  request_hash BYTEA NOT NULL,
  at_us BIGINT NOT NULL
);

CREATE TABLE posting(
  seq BIGINT NOT NULL REFERENCES command(seq),
  leg BIGINT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES account(id),
  amount BIGINT NOT NULL CHECK(amount <> 0),
  balance_after BIGINT NOT NULL,
  version_after BIGINT NOT NULL,
  PRIMARY KEY(seq, leg),
  UNIQUE(account_id, version_after)
);

-- The seal of a journal: written last, refused unless its postings balance.
CREATE TABLE journal(
  seq BIGINT PRIMARY KEY REFERENCES command(seq),
  legs BIGINT NOT NULL CHECK(legs >= 2),
  reverses BIGINT UNIQUE REFERENCES journal(seq)
);
ALTER TABLE command ADD CONSTRAINT command_sealed
  FOREIGN KEY(seq) REFERENCES journal(seq) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE hold(
  id TEXT PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES account(id),
  amount BIGINT NOT NULL CHECK(amount > 0),
  state TEXT NOT NULL CHECK(state IN ('open', 'posted', 'voided')),
  posted_seq BIGINT REFERENCES journal(seq),
  version BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  CONSTRAINT hold_posted CHECK((state = 'posted') = (posted_seq IS NOT NULL))
);
CREATE INDEX hold_open ON hold(account_id) WHERE state = 'open';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0];
END $$;

CREATE FUNCTION check_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS(
    SELECT 1 FROM posting JOIN account ON account.id = posting.account_id
    WHERE posting.seq = NEW.seq GROUP BY account.asset HAVING SUM(posting.amount) <> 0) THEN
    RAISE EXCEPTION 'journal_unbalanced';
  END IF;
  IF NEW.legs <> (SELECT COUNT(*) FROM posting WHERE seq = NEW.seq) THEN
    RAISE EXCEPTION 'journal_legs';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER journal_sealed BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION check_seal();

CREATE FUNCTION check_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS(SELECT 1 FROM journal WHERE seq = NEW.seq) THEN
    RAISE EXCEPTION 'journal_closed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER posting_closed BEFORE INSERT ON posting FOR EACH ROW EXECUTE FUNCTION check_open();


CREATE TRIGGER command_no_change BEFORE UPDATE OR DELETE ON command FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER command_no_truncate BEFORE TRUNCATE ON command FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER posting_no_change BEFORE UPDATE OR DELETE ON posting FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER posting_no_truncate BEFORE TRUNCATE ON posting FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER account_fixed BEFORE UPDATE OF id, name, asset, class, floored ON account
  FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER account_no_delete BEFORE DELETE ON account FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER hold_once BEFORE UPDATE ON hold FOR EACH ROW
  WHEN (OLD.state <> 'open' OR NEW.id <> OLD.id OR NEW.account_id <> OLD.account_id OR NEW.amount <> OLD.amount) EXECUTE FUNCTION refuse_change('hold_resolved');
CREATE TRIGGER hold_no_delete BEFORE DELETE ON hold FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');

-- The register: what can be listed. It decides nothing.
CREATE TABLE register(
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  owner TEXT NOT NULL,
  state TEXT NOT NULL,
  detail TEXT NOT NULL CHECK(length(detail) <= 4000),
  due_us BIGINT,
  at_us BIGINT NOT NULL,
  UNIQUE(kind, id)
);
CREATE INDEX register_list ON register(kind, seq);
CREATE INDEX register_owner ON register(kind, owner, seq);
CREATE INDEX register_due ON register(kind, due_us) WHERE due_us IS NOT NULL;

-- Heads of the hash chains: one row a chain, locked by whoever appends.
CREATE TABLE chain(name TEXT PRIMARY KEY, last_seq BIGINT NOT NULL, hash BYTEA NOT NULL);
INSERT INTO chain(name, last_seq, hash) VALUES ('audit', 0, decode(repeat('00', 32), 'hex')), ('receipt', 0, decode(repeat('00', 32), 'hex'));

CREATE TABLE audit(
  seq BIGINT PRIMARY KEY,
  at_us BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  prev_hash BYTEA NOT NULL UNIQUE,
  hash BYTEA NOT NULL
);
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append_only');

CREATE TABLE receipt(
  seq BIGINT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  work TEXT NOT NULL,
  account TEXT NOT NULL,
  provider TEXT NOT NULL,
  body TEXT NOT NULL,
  prev_hash BYTEA NOT NULL UNIQUE,
  hash BYTEA NOT NULL,
  at_us BIGINT NOT NULL
);
CREATE INDEX receipt_account ON receipt(account, seq);
CREATE INDEX receipt_work ON receipt(work);
CREATE TRIGGER receipt_no_change BEFORE UPDATE OR DELETE ON receipt FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER receipt_no_truncate BEFORE TRUNCATE ON receipt FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append_only');
