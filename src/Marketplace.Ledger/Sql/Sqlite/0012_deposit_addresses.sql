-- Standing deposit addresses: one for each account. The key follows from a secret seed and is never stored.
CREATE TABLE deposit_address(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL UNIQUE,
  address TEXT NOT NULL UNIQUE,
  token_account TEXT NOT NULL UNIQUE,
  at_us INTEGER NOT NULL
) STRICT;
