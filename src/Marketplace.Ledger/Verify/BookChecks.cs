namespace Marketplace.Ledger.Verify;

/// <summary>The invariants that the books can be asked about by themselves; the same SQL on both engines.</summary>
internal static class BookChecks
{
    public static readonly IReadOnlyList<BookCheck> All =
    [
        new(
            "4",
            "no floored account has crossed zero, open holds included",
            """
            SELECT name || ': balance ' || CAST(balance AS TEXT) || ', held ' || CAST(held AS TEXT) FROM account
            WHERE (floored = 1 AND ((class = 'L' AND balance + held > 0) OR (class = 'A' AND balance - held < 0)))
              OR (floored = 0 AND class IN ('A', 'L') AND name NOT IN ('A:usd:stripe', 'A:usd:bank'))
            """),
        new(
            "5",
            "the escrow of work that has ended is empty",
            """
            SELECT register.id || ' is ' || register.state || ' and its escrow holds ' || CAST(-account.balance AS TEXT)
            FROM register JOIN account ON account.name = 'L:usdc:escrow:' || register.id
            WHERE register.kind IN ('job', 'render')
              AND lower(register.state) IN ('succeeded', 'failed', 'cancelled', 'expired') AND account.balance <> 0
            """),
        new(
            "6",
            "what is held on an account is the sum of its open holds",
            """
            SELECT account.name || ': held ' || CAST(account.held AS TEXT) || ', open holds '
              || CAST(COALESCE(SUM(hold.amount), 0) AS TEXT)
            FROM account LEFT JOIN hold ON hold.account_id = account.id AND hold.state = 'open'
            GROUP BY account.id, account.name, account.held HAVING account.held <> COALESCE(SUM(hold.amount), 0)
            """,
            """
            SELECT 'hold ' || hold.id || ' is posted by no journal' FROM hold
            LEFT JOIN journal ON journal.seq = hold.posted_seq WHERE hold.state = 'posted' AND journal.seq IS NULL
            """),
        new(
            "payouts",
            "each finalized payout has one journal and two posted holds, and each payout journal a finalized chunk",
            """
            SELECT chunk_payout.payout_id || ' is finalized in ' || chunk.id || ' and not in the books'
            FROM chunk JOIN chunk_payout ON chunk_payout.chunk_id = chunk.id
            LEFT JOIN command ON command.key = 'payout:' || chunk_payout.payout_id || ':post'
            WHERE chunk.state = 4 AND command.seq IS NULL
            """,
            """
            SELECT command.key || ' has no finalized chunk' FROM command
            WHERE command.kind = 'payout' AND NOT EXISTS(
              SELECT 1 FROM chunk JOIN chunk_payout ON chunk_payout.chunk_id = chunk.id
              WHERE chunk.state = 4 AND 'payout:' || chunk_payout.payout_id || ':post' = command.key)
            """,
            """
            SELECT chunk_payout.payout_id || ' is finalized and has ' || CAST(COUNT(hold.id) AS TEXT) || ' posted holds'
            FROM chunk JOIN chunk_payout ON chunk_payout.chunk_id = chunk.id
            LEFT JOIN hold ON hold.state = 'posted' AND hold.id IN (
              'payout:' || chunk_payout.payout_id || ':payable', 'payout:' || chunk_payout.payout_id || ':treasury')
            WHERE chunk.state = 4 GROUP BY chunk_payout.payout_id HAVING COUNT(hold.id) <> 2
            """,
            """
            SELECT chunk_payout.payout_id || ' is in the live chunk ' || chunk.id || ' and has '
              || CAST(COUNT(hold.id) AS TEXT) || ' open holds'
            FROM chunk JOIN chunk_payout ON chunk_payout.chunk_id = chunk.id
            LEFT JOIN hold ON hold.state = 'open' AND hold.id IN (
              'payout:' || chunk_payout.payout_id || ':payable', 'payout:' || chunk_payout.payout_id || ':treasury')
            WHERE chunk.state <= 3 GROUP BY chunk_payout.payout_id, chunk.id HAVING COUNT(hold.id) <> 2
            """),
        new(
            "invoices",
            "each invoice is what the journals of its month come to, and their numbers have no gap",
            """
            SELECT 'invoice ' || CAST(told.number AS TEXT) || ' says ' || CAST(told.total AS TEXT) || ', the journals '
              || CAST(told.booked AS TEXT)
            FROM (
              SELECT invoice.number, invoice.total, COALESCE((
                SELECT SUM(posting.amount) FROM register
                JOIN account ON account.name = 'L:usdc:escrow:' || register.id
                JOIN posting ON posting.account_id = account.id AND posting.amount > 0
                JOIN command ON command.seq = posting.seq AND command.kind = 'charge'
                WHERE register.kind IN ('job', 'render', 'lease') AND register.owner = invoice.account
                  AND command.at_us >= invoice.from_us AND command.at_us < invoice.to_us), 0)
              + COALESCE((
                SELECT SUM(posting.amount) FROM account
                JOIN posting ON posting.account_id = account.id AND posting.amount < 0
                JOIN command ON command.seq = posting.seq AND command.kind IN ('sla-refund', 'sla-cover')
                WHERE account.name IN (
                    'L:usdc:cust:' || invoice.account || ':avail', 'A:usdc:recv:' || invoice.account)
                  AND command.at_us >= invoice.from_us AND command.at_us < invoice.to_us), 0) AS booked
              FROM invoice) AS told
            WHERE told.booked <> told.total
            """,
            """
            SELECT 'the last invoice is ' || CAST(MAX(number) AS TEXT) || ' of ' || CAST(COUNT(*) AS TEXT)
            FROM invoice HAVING MAX(number) <> COUNT(*)
            """),
        new(
            "deposits",
            "each credited transfer has one journal of its amount, and back",
            """
            SELECT signature || ' was credited and is not in the books' FROM credited_transfer
            LEFT JOIN command ON command.key = 'deposit:' || genesis || ':' || signature || ':' || token_account
            WHERE command.seq IS NULL OR NOT EXISTS(
              SELECT 1 FROM posting WHERE posting.seq = command.seq AND posting.amount = credited_transfer.amount)
            """,
            """
            SELECT command.key || ' has no credited transfer' FROM command
            WHERE command.kind = 'deposit' AND NOT EXISTS(
              SELECT 1 FROM credited_transfer
              WHERE 'deposit:' || genesis || ':' || signature || ':' || token_account = command.key)
            """),
    ];
}
