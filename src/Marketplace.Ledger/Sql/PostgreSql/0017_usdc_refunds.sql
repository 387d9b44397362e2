-- What a chunk pays: a provider's earnings, a customer's balance, or a deposit that nobody owns. The word begins the
-- keys of its journal and holds. Refunds have no provider: theirs is empty.
ALTER TABLE chunk_payout ADD COLUMN purpose TEXT NOT NULL DEFAULT 'payout'
  CHECK(purpose IN ('payout', 'usdcrefund', 'suspenserefund'));
ALTER TABLE chunk_payout ADD COLUMN account TEXT;

-- Refunds in USDC on chain: of a customer's balance, or of a deposit in suspense by its transaction.
CREATE TABLE usdc_refund(
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account TEXT,
  deposit TEXT,
  rail TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK(amount > 0),
  state TEXT NOT NULL,
  body TEXT NOT NULL,
  version BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  CONSTRAINT usdc_refund_source CHECK((account IS NULL) <> (deposit IS NULL))
);
CREATE INDEX usdc_refund_account ON usdc_refund(account, at_us);
CREATE TRIGGER usdc_refund_no_delete BEFORE DELETE ON usdc_refund FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');

-- A deposit in suspense finds its owner or goes back, once: never both.
ALTER TABLE credited_transfer ADD COLUMN refund_id TEXT CHECK(refund_id IS NULL OR account IS NULL);
CREATE INDEX credited_transfer_account ON credited_transfer(account, rail);
CREATE INDEX credited_transfer_refund ON credited_transfer(refund_id) WHERE refund_id IS NOT NULL;

-- Refunds are screened as payouts are.
ALTER TABLE screening DROP CONSTRAINT screening_purpose_check;
ALTER TABLE screening ADD CONSTRAINT screening_purpose_check
  CHECK(purpose IN ('onboarding', 'wallet', 'payout', 'refresh', 'refund', 'suspenseRefund'));
