using System.Data.Common;
using Dapper;
using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger.Verify;

/// <summary>Compares the books with what others say: card processor, leases, another book.</summary>
internal static class OutsideChecks
{
    /// <summary>Invariant 8.</summary>
    public static async Task<IReadOnlyCollection<string>> Stripe(
        DbConnection connection, StripeEvidence stripe, CancellationToken cancel)
    {
        var findings = new List<string>();
        var balance = await Balance(connection, Chart.Stripe, cancel);

        if (balance != stripe.BalanceMicroUsd)
        {
            findings.Add($"{Chart.Stripe}: {stripe.BalanceMicroUsd} at the processor, {balance} in the books");
        }

        if (stripe.Lines.Count == 0)
        {
            return findings;
        }

        var left = (await connection.QueryAsync<PostingRow>(new(
            """
            SELECT command.key AS Journal, posting.amount AS Amount
            FROM account JOIN posting ON posting.account_id = account.id JOIN command ON command.seq = posting.seq
            WHERE account.name = @name
            """,
            new { name = Chart.Stripe.Name },
            cancellationToken: cancel)))
            .ToDictionary(row => row.Journal, row => row.Amount, StringComparer.Ordinal);

        // Several lines may make one journal: what a dispute took, and its fee.
        foreach (var lines in stripe.Lines.GroupBy(line => line.Journal, StringComparer.Ordinal))
        {
            var told = lines.Sum(line => line.MicroUsd);

            if (!left.Remove(lines.Key, out var posted) || posted != told)
            {
                findings.Add($"{lines.First().Transaction}: {told} at the processor, {posted} under {lines.Key}");
            }
        }

        findings.AddRange(left.Select(pair => $"{pair.Key}: {pair.Value} in the books, nothing at the processor"));
        return findings;
    }

    /// <summary>Invariant 12.</summary>
    public static IReadOnlyCollection<string> Leases(IReadOnlyList<ActiveLease> leases) =>
    [
        .. leases.GroupBy(lease => lease.Device, StringComparer.Ordinal)
            .Where(device => device.Select(lease => lease.Attempt).Distinct(StringComparer.Ordinal).Count()
                > device.Max(lease => lease.Slots))
            .Select(device => $"{device.Key} is leased at once to "
                + $"{string.Join(", ", device.Select(lease => lease.Work))}, and has room for "
                + $"{device.Max(lease => lease.Slots)}"),
    ];

    /// <summary>Invariant 16.</summary>
    public static async Task<IReadOnlyCollection<string>> Independent(
        DbConnection connection, IIndependentBook book, CancellationToken cancel)
    {
        var journals = JournalStream.Read(connection, 0, long.MaxValue, cancel);
        var others = new Dictionary<string, long>(await book.Balances(journals, cancel), StringComparer.Ordinal);
        var findings = new List<string>();
        var rows = connection.Query<AccountLine>(
            "SELECT name AS Name, balance AS Balance FROM account WHERE balance <> 0", buffered: false);

        foreach (var row in rows)
        {
            others.Remove(row.Name, out var other);

            if (other != row.Balance)
            {
                findings.Add($"{row.Name}: {row.Balance} here, {other} in the other book");
            }
        }

        findings.AddRange(others.Where(pair => pair.Value != 0)
            .Select(pair => $"{pair.Key}: nothing here, {pair.Value} in the other book"));
        return findings;
    }

    private static async Task<long> Balance(
        DbConnection connection, LedgerAccount account, CancellationToken cancel) =>
        await connection.ExecuteScalarAsync<long?>(new(
            "SELECT balance FROM account WHERE name = @name",
            new { name = account.Name },
            cancellationToken: cancel)) ?? 0;

    private sealed record PostingRow(string Journal, long Amount);

    private sealed record AccountLine(string Name, long Balance);
}
