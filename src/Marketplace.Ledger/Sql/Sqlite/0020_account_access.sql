-- Which key of an account called what, from where, in which hour: what a card holder's bank is told when a payment is
-- disputed. One row for each hour however often it was called; forgotten when no payment can be disputed any more.
CREATE TABLE account_access(
  account TEXT NOT NULL,
  hour INTEGER NOT NULL,
  api_key TEXT NOT NULL,
  address TEXT NOT NULL,
  what TEXT NOT NULL,
  calls INTEGER NOT NULL CHECK(calls > 0),
  first_us INTEGER NOT NULL,
  last_us INTEGER NOT NULL,
  PRIMARY KEY(account, hour, api_key, address, what),
  CHECK(last_us >= first_us)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_access_hour ON account_access(hour);
