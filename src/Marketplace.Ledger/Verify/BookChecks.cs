namespace Marketplace.Ledger.Verify;

/// <summary>The invariants that the books can be asked about by themselves; the same SQL on both engines.</summary>
internal static class BookChecks
{
    /// <summary>The holds of a transfer: on whose money it is, and on the treasury. The last word says whose.</summary>
    private const string TransferHolds =
        """
        chunk_payout.purpose || ':' || chunk_payout.payout_id || ':treasury',
          chunk_payout.purpose || ':' || chunk_payout.payout_id || ':' || CASE chunk_payout.purpose
            WHEN 'payout' THEN 'payable' WHEN 'usdcrefund' THEN 'avail' ELSE 'suspense' END
        """;

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
            "each finalized transfer of a chunk has one journal and two posted holds, and each such journal its chunk",
            """
            SELECT chunk_payout.payout_id || ' is finalized in ' || chunk.id || ' and not in the books'
            FROM chunk JOIN chunk_payout ON chunk_payout.chunk_id = chunk.id
            LEFT JOIN command ON command.key = chunk_payout.purpose || ':' || chunk_payout.payout_id || ':post'
            WHERE chunk.state = 4 AND command.seq IS NULL
            """,
            """
            SELECT command.key || ' has no finalized chunk' FROM command
            WHERE command.kind IN ('payout', 'usdc-refund', 'suspense-refund') AND NOT EXISTS(
              SELECT 1 FROM chunk JOIN chunk_payout ON chunk_payout.chunk_id = chunk.id
              WHERE chunk.state = 4 AND chunk_payout.purpose || ':' || chunk_payout.payout_id || ':post' = command.key)
            """,
            $"""
            SELECT chunk_payout.payout_id || ' is finalized and has ' || CAST(COUNT(hold.id) AS TEXT) || ' posted holds'
            FROM chunk JOIN chunk_payout ON chunk_payout.chunk_id = chunk.id
            LEFT JOIN hold ON hold.state = 'posted' AND hold.id IN ({TransferHolds})
            WHERE chunk.state = 4 GROUP BY chunk_payout.payout_id HAVING COUNT(hold.id) <> 2
            """,
            $"""
            SELECT chunk_payout.payout_id || ' is in the live chunk ' || chunk.id || ' and has '
              || CAST(COUNT(hold.id) AS TEXT) || ' open holds'
            FROM chunk JOIN chunk_payout ON chunk_payout.chunk_id = chunk.id
            LEFT JOIN hold ON hold.state = 'open' AND hold.id IN ({TransferHolds})
            WHERE chunk.state <= 3 GROUP BY chunk_payout.payout_id, chunk.id HAVING COUNT(hold.id) <> 2
            """,
            """
            SELECT register.id || ' is refused and ' || hold.id || ' is open' FROM register
            JOIN hold ON hold.state = 'open' AND hold.id IN (
              'payout:' || register.id || ':payable', 'payout:' || register.id || ':treasury',
              'usdcrefund:' || register.id || ':treasury', 'suspenserefund:' || register.id || ':treasury')
            WHERE register.kind IN ('payout', 'usdc-refund') AND register.state = 'refused'
            """),
        new(
            "tables",
            "each step of a lookup table that the chain took has its cost in the books, and each table its steps",
            """
            SELECT step.signature || ' is ' || step.state || ' and its cost is not in the books'
            FROM lookup_step AS step LEFT JOIN command ON command.key = 'solfee:' || step.signature
            WHERE step.state IN ('final', 'failed') AND command.seq IS NULL
            """,
            """
            SELECT told.address || ' has ' || CAST(told.known AS TEXT) || ' addresses, its steps brought '
              || CAST(told.brought AS TEXT)
            FROM (
              SELECT lookup_table.address, lookup_table.known, COALESCE((
                SELECT SUM(step.places) FROM lookup_step AS step
                WHERE step.table_address = lookup_table.address AND step.state = 'final'), 0) AS brought
              FROM lookup_table WHERE lookup_table.state <> 'retired') AS told
            WHERE told.known <> told.brought
            """),
        new(
            "refunds",
            "no customer has more USDC back than came in, and each refund holds what it sends until it is over",
            """
            SELECT told.account || ' had ' || CAST(told.refunded AS TEXT) || ' micro-USDC back on ' || told.rail
              || ' of ' || CAST(told.deposited AS TEXT)
            FROM (
              SELECT refund.account, refund.rail, SUM(refund.amount) AS refunded, COALESCE((
                SELECT SUM(came.amount) FROM credited_transfer AS came
                WHERE came.account = refund.account AND came.rail = refund.rail), 0) AS deposited
              FROM usdc_refund AS refund WHERE refund.account IS NOT NULL AND refund.state <> 'refused'
              GROUP BY refund.account, refund.rail) AS told
            WHERE told.refunded > told.deposited
            """,
            """
            SELECT refund.id || ' is ' || refund.state || ' and its hold is ' || COALESCE(hold.state, 'missing')
            FROM usdc_refund AS refund LEFT JOIN hold ON hold.id = CASE WHEN refund.account IS NULL
              THEN 'suspenserefund:' || refund.id || ':suspense' ELSE 'usdcrefund:' || refund.id || ':avail' END
            WHERE COALESCE(hold.state, 'missing') NOT IN (
              CASE refund.state WHEN 'refused' THEN 'voided' WHEN 'posted' THEN 'posted' ELSE 'open' END,
              CASE WHEN refund.state IN ('refused', 'posted') THEN '' ELSE 'posted' END)
            """,
            """
            SELECT refund.id || ' sends ' || CAST(refund.amount AS TEXT) || ' micro-USDC back, and '
              || CAST(COALESCE(SUM(came.amount), 0) AS TEXT) || ' of ' || refund.deposit || ' wait for it'
            FROM usdc_refund AS refund LEFT JOIN credited_transfer AS came ON came.refund_id = refund.id
            WHERE refund.deposit IS NOT NULL AND refund.state <> 'refused'
            GROUP BY refund.id, refund.amount, refund.deposit HAVING COALESCE(SUM(came.amount), 0) <> refund.amount
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
