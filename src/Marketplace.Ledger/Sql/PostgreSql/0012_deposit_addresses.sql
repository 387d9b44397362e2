-- Standing deposit addresses: one for each account. The key follows from a secret seed and is never stored.
CREATE TABLE deposit_address(
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account TEXT NOT NULL UNIQUE,
  address TEXT NOT NULL UNIQUE,
  token_account TEXT NOT NULL UNIQUE,
  at_us BIGINT NOT NULL
);
