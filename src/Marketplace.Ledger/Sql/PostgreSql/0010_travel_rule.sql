-- Who paid whom, as the travel rule wants it told, for payouts from its threshold on; as it was when the payout was
-- accepted.
CREATE TABLE travel_record(
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  payout TEXT NOT NULL UNIQUE,
  body TEXT NOT NULL,
  at_us BIGINT NOT NULL
);

-- Whether a provider's wallet has paid somebody's deposits is asked for each payout.
CREATE INDEX credited_transfer_sender ON credited_transfer(sender) WHERE sender IS NOT NULL;
