-- What a chunk pays: a provider's earnings, a customer's balance, or a deposit that nobody owns. The word begins the
-- keys of its journal and holds. Refunds have no provider: theirs is empty.
ALTER TABLE chunk_payout ADD COLUMN purpose TEXT NOT NULL DEFAULT 'payout'
  CHECK(purpose IN ('payout', 'usdcrefund', 'suspenserefund'));
ALTER TABLE chunk_payout ADD COLUMN account TEXT;

-- Refunds in USDC on chain: of a customer's balance, or of a deposit in suspense by its transaction.
CREATE TABLE usdc_refund(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  account TEXT,
  deposit TEXT,
  rail TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK(amount > 0),
  state TEXT NOT NULL,
  body TEXT NOT NULL,
  version INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  CONSTRAINT usdc_refund_source CHECK((account IS NULL) <> (deposit IS NULL))
) STRICT;
CREATE INDEX usdc_refund_account ON usdc_refund(account, at_us);
CREATE TRIGGER usdc_refund_no_delete BEFORE DELETE ON usdc_refund BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- A deposit in suspense finds its owner or goes back, once: never both.
ALTER TABLE credited_transfer ADD COLUMN refund_id TEXT CHECK(refund_id IS NULL OR account IS NULL);
CREATE INDEX credited_transfer_account ON credited_transfer(account, rail);
CREATE INDEX credited_transfer_refund ON credited_transfer(refund_id) WHERE refund_id IS NOT NULL;

-- Refunds are screened as payouts are.
-- SQLite changes no check of a column: the table is written anew.
CREATE TABLE screening_next(
  id TEXT PRIMARY KEY,
  purpose TEXT NOT NULL CHECK(purpose IN ('onboarding', 'wallet', 'payout', 'refresh', 'refund', 'suspenseRefund')),
  provider TEXT NOT NULL,
  body TEXT NOT NULL,
  at_us INTEGER NOT NULL
) STRICT;
INSERT INTO screening_next SELECT id, purpose, provider, body, at_us FROM screening;
DROP TABLE screening;
ALTER TABLE screening_next RENAME TO screening;
CREATE INDEX screening_provider ON screening(provider, at_us);
