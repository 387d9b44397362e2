-- The books. Debit positive, credit negative, in the asset's smallest unit; times are microseconds since 1970 UTC.
CREATE TABLE account(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  asset TEXT NOT NULL,
  class TEXT NOT NULL CHECK(class IN ('A', 'L', 'I', 'X', 'Q')),
  floored INTEGER NOT NULL CHECK(floored IN (0, 1)),
  balance INTEGER NOT NULL DEFAULT 0,
  held INTEGER NOT NULL DEFAULT 0 CHECK(held >= 0),
  version INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT account_floor CHECK(floored = 0
    OR (class = 'L' AND balance + held <= 0) OR (class = 'A' AND balance - held >= 0))
) STRICT;

-- The claim of a key. The deferred reference to the seal means that no transaction commits an unsealed journal.
CREATE TABLE command(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  request_hash BLOB NOT NULL,
  at_us INTEGER NOT NULL,
  FOREIGN KEY(seq) REFERENCES journal(seq) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE posting(
  seq INTEGER NOT NULL REFERENCES command(seq),
  leg INTEGER NOT NULL,
  account_id INTEGER NOT NULL REFERENCES account(id),
  amount INTEGER NOT NULL CHECK(amount <> 0),
  balance_after INTEGER NOT NULL,
  version_after INTEGER NOT NULL,
  PRIMARY KEY(seq, leg),
  UNIQUE(account_id, version_after)
) STRICT, WITHOUT ROWID;

-- The seal of a journal: written last, refused unless its postings balance.
CREATE TABLE journal(
  seq INTEGER PRIMARY KEY REFERENCES command(seq),
  legs INTEGER NOT NULL CHECK(legs >= 2),
  reverses INTEGER UNIQUE REFERENCES journal(seq)
) STRICT;

CREATE TABLE hold(
  id TEXT PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account(id),
  amount INTEGER NOT NULL CHECK(amount > 0),
  state TEXT NOT NULL CHECK(state IN ('open', 'posted', 'voided')),
  posted_seq INTEGER REFERENCES journal(seq),
  version INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  CONSTRAINT hold_posted CHECK((state = 'posted') = (posted_seq IS NOT NULL))
) STRICT;
CREATE INDEX hold_open ON hold(account_id) WHERE state = 'open';

CREATE TRIGGER journal_sealed BEFORE INSERT ON journal BEGIN
  SELECT RAISE(ABORT, 'journal_unbalanced') WHERE EXISTS(
    SELECT 1 FROM posting JOIN account ON account.id = posting.account_id
    WHERE posting.seq = NEW.seq GROUP BY account.asset HAVING SUM(posting.amount) <> 0);
  SELECT RAISE(ABORT, 'journal_legs') WHERE NEW.legs <> (SELECT COUNT(*) FROM posting WHERE seq = NEW.seq);
END;
CREATE TRIGGER posting_closed BEFORE INSERT ON posting
WHEN EXISTS(SELECT 1 FROM journal WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'journal_closed'); END;

CREATE TRIGGER command_no_update BEFORE UPDATE ON command BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER command_no_delete BEFORE DELETE ON command BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER account_fixed BEFORE UPDATE OF id, name, asset, class, floored ON account
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER account_no_delete BEFORE DELETE ON account BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER hold_once BEFORE UPDATE ON hold
WHEN OLD.state <> 'open' OR NEW.id <> OLD.id OR NEW.account_id <> OLD.account_id OR NEW.amount <> OLD.amount
BEGIN SELECT RAISE(ABORT, 'hold_resolved'); END;
CREATE TRIGGER hold_no_delete BEFORE DELETE ON hold BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- The register: what can be listed. It decides nothing.
CREATE TABLE register(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  owner TEXT NOT NULL,
  state TEXT NOT NULL,
  detail TEXT NOT NULL CHECK(length(detail) <= 4000),
  due_us INTEGER,
  at_us INTEGER NOT NULL,
  UNIQUE(kind, id)
) STRICT;
CREATE INDEX register_list ON register(kind, seq);
CREATE INDEX register_owner ON register(kind, owner, seq);
CREATE INDEX register_due ON register(kind, due_us) WHERE due_us IS NOT NULL;

-- Heads of the hash chains: one row a chain, locked by whoever appends.
CREATE TABLE chain(name TEXT PRIMARY KEY, last_seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
INSERT INTO chain(name, last_seq, hash) VALUES ('audit', 0, zeroblob(32)), ('receipt', 0, zeroblob(32));

CREATE TABLE audit(
  seq INTEGER PRIMARY KEY,
  at_us INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  prev_hash BLOB NOT NULL UNIQUE,
  hash BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TABLE receipt(
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  work TEXT NOT NULL,
  account TEXT NOT NULL,
  provider TEXT NOT NULL,
  body TEXT NOT NULL,
  prev_hash BLOB NOT NULL UNIQUE,
  hash BLOB NOT NULL,
  at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX receipt_account ON receipt(account, seq);
CREATE INDEX receipt_work ON receipt(work);
CREATE TRIGGER receipt_no_update BEFORE UPDATE ON receipt BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER receipt_no_delete BEFORE DELETE ON receipt BEGIN SELECT RAISE(ABORT, 'append_only'); END;
