-- What was signed in each minute since 1970, so that the caps of the treasury's key need not add up a day of payouts. The
-- dead do not count. Kept by triggers, so that no version of the program can forget it.
CREATE TABLE signed_minute(minute INTEGER PRIMARY KEY, amount INTEGER NOT NULL) STRICT;

INSERT INTO signed_minute(minute, amount)
SELECT attempt.signed_us / 60000000, SUM(paid.amount) FROM attempt
JOIN chunk ON chunk.id = attempt.chunk_id JOIN chunk_payout paid ON paid.chunk_id = chunk.id
WHERE attempt.number = 1 AND chunk.state <> 6 GROUP BY 1;

CREATE TRIGGER attempt_counts AFTER INSERT ON attempt WHEN NEW.number = 1 BEGIN
  INSERT INTO signed_minute(minute, amount)
  SELECT NEW.signed_us / 60000000, COALESCE(SUM(amount), 0) FROM chunk_payout WHERE chunk_id = NEW.chunk_id
  ON CONFLICT(minute) DO UPDATE SET amount = signed_minute.amount + excluded.amount;
END;

CREATE TRIGGER chunk_dead_counts_not AFTER UPDATE OF state ON chunk WHEN NEW.state = 6 AND OLD.state <> 6 BEGIN
  UPDATE signed_minute
  SET amount = amount - (SELECT COALESCE(SUM(paid.amount), 0) FROM chunk_payout paid WHERE paid.chunk_id = NEW.id)
  WHERE minute = (SELECT signed_us / 60000000 FROM attempt WHERE chunk_id = NEW.id AND number = 1);
END;
