-- Verdicts of screening, one for each question: written once, never changed, so that a repeat is answered by the first.
CREATE TABLE screening(
  id TEXT PRIMARY KEY,
  purpose TEXT NOT NULL CHECK(purpose IN ('onboarding', 'wallet', 'payout', 'refresh')),
  provider TEXT NOT NULL,
  body TEXT NOT NULL,
  at_us BIGINT NOT NULL
);
CREATE INDEX screening_provider ON screening(provider, at_us);

-- What waits for a person to decide. The version makes each step happen once.
CREATE TABLE review_case(
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  provider TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('open', 'claimed', 'cleared', 'blocked')),
  body TEXT NOT NULL,
  version BIGINT NOT NULL,
  at_us BIGINT NOT NULL
);
CREATE INDEX review_case_provider ON review_case(provider, seq);

-- Hits that people have found to be somebody else: they stop this provider no more while name or address is the same.
CREATE TABLE cleared_hit(
  provider TEXT NOT NULL,
  party TEXT NOT NULL,
  asked TEXT NOT NULL,
  listed TEXT NOT NULL,
  review TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  PRIMARY KEY(provider, party, asked, listed)
);
