-- What was signed in each minute since 1970, so that the caps of the treasury's key need not add up a day of payouts. The
-- dead do not count. Kept by triggers, so that no version of the program can forget it.
CREATE TABLE signed_minute(minute BIGINT PRIMARY KEY, amount BIGINT NOT NULL);

INSERT INTO signed_minute(minute, amount)
SELECT attempt.signed_us / 60000000, SUM(paid.amount)::BIGINT FROM attempt
JOIN chunk ON chunk.id = attempt.chunk_id JOIN chunk_payout paid ON paid.chunk_id = chunk.id
WHERE attempt.number = 1 AND chunk.state <> 6 GROUP BY 1;

CREATE FUNCTION count_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO signed_minute(minute, amount)
  SELECT NEW.signed_us / 60000000, COALESCE(SUM(amount), 0)::BIGINT FROM chunk_payout WHERE chunk_id = NEW.chunk_id
  ON CONFLICT(minute) DO UPDATE SET amount = signed_minute.amount + excluded.amount;
  RETURN NULL;
END $$;
CREATE TRIGGER attempt_counts AFTER INSERT ON attempt FOR EACH ROW
  WHEN (NEW.number = 1) EXECUTE FUNCTION count_attempt();

CREATE FUNCTION count_dead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE signed_minute
  SET amount = amount
    - (SELECT COALESCE(SUM(paid.amount), 0)::BIGINT FROM chunk_payout paid WHERE paid.chunk_id = NEW.id)
  WHERE minute = (SELECT signed_us / 60000000 FROM attempt WHERE chunk_id = NEW.id AND number = 1);
  RETURN NULL;
END $$;
CREATE TRIGGER chunk_dead_counts_not AFTER UPDATE OF state ON chunk FOR EACH ROW
  WHEN (NEW.state = 6 AND OLD.state <> 6) EXECUTE FUNCTION count_dead();
