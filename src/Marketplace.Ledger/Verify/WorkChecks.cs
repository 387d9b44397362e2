namespace Marketplace.Ledger.Verify;

/// <summary>
/// The invariants about work and messages that the database can be asked about. <c>@late</c> is a time at which what
/// was due must have been looked after.
/// </summary>
internal static class WorkChecks
{
    /// <summary>How late a due piece of work or message may be before it counts as forgotten.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    /// <summary>Failed tries of one message before it must be given up.</summary>
    public const int TriesMax = 20;

    /// <summary>Where a customer's money goes; <see cref="ChargeCheck"/> sees the charges.</summary>
    public const string PaidId = "11";

    public const string PaidStatement =
        "what a customer pays for work goes to provider, fee and pool, and the rest back to the customer";

    public static readonly IReadOnlyList<BookCheck> All =
    [
        new(
            "9",
            "work that has not ended has an owner, and a time at which it is looked after",
            """
            SELECT kind || ' ' || id || ' is ' || state || CASE WHEN owner = '' THEN ' and has no owner'
              WHEN due_us IS NULL THEN ' and is never due' ELSE ' and was due long ago' END
            FROM register WHERE kind IN ('job', 'render', 'lease')
              AND lower(state) NOT IN ('succeeded', 'failed', 'cancelled', 'expired')
              AND (owner = '' OR due_us IS NULL OR due_us < @late)
            """),
        new(
            PaidId,
            PaidStatement,
            """
            SELECT command.key || ' pays ' || account.name || ', who did not fund it'
            FROM command JOIN posting ON posting.seq = command.seq JOIN account ON account.id = posting.account_id
            JOIN register ON register.id = substr(command.key, 7) AND register.kind IN ('job', 'render', 'lease')
            WHERE command.kind = 'close' AND posting.amount < 0 AND account.name NOT IN (
              'L:usdc:cust:' || register.owner || ':avail', 'L:usdc:cust:' || register.owner || ':promo',
              'A:usdc:recv:' || register.owner)
            """),
        new(
            "13",
            "each accepted order has one effect in the books, and each effect its order",
            """
            SELECT register.kind || ' ' || register.id || ' was accepted and never funded'
            FROM register LEFT JOIN command ON command.key = 'fund:' || register.id || ':0'
            WHERE register.kind IN ('job', 'render', 'lease') AND command.seq IS NULL
            """,
            """
            SELECT command.key || ' has no order'
            FROM command LEFT JOIN register ON register.kind IN ('job', 'render', 'lease')
              AND register.id = substr(command.key, 6, length(command.key) - 7)
            WHERE command.kind = 'fund' AND command.key LIKE 'fund:%:0' AND register.id IS NULL
              AND (command.key LIKE 'fund:job!_%' ESCAPE '!' OR command.key LIKE 'fund:rnd!_%' ESCAPE '!')
            """),
        new(
            "14",
            "every message is sent, or within its schedule",
            """
            SELECT topic || ' ' || id || CASE WHEN tries > @tries THEN ' has failed ' || CAST(tries AS TEXT) || ' times'
              ELSE ' was due long ago' END
            FROM outbox WHERE state = 'waiting' AND (due_us < @late OR tries > @tries)
            """),
    ];
}
