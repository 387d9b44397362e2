using System.Data.Common;
using Dapper;
using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger.Verify;

/// <summary>
/// Invariant 7: every posting at a wallet of ours is one transfer on its chain, and back. Payouts pay exactly whom
/// their chunk says. What is finalized and not posted yet is on its way as long as its chunk is under way, or the scan
/// for deposits has not come to it.
/// </summary>
internal static class ChainCheck
{
    public const string Id = "7";

    public const string Statement =
        "each transfer out of the treasury is one payout, and back; the chain holds what the books say";

    public static async Task<IReadOnlyCollection<string>> Run(
        DbConnection connection, ChainEvidence chain, CancellationToken cancel)
    {
        var findings = new List<string>();

        foreach (var rail in chain.Rails)
        {
            var books = await TreasuryBooks.Read(
                connection, Chart.TreasuryOf(rail.Rail), rail, chain.ReadAt, cancel);
            var ofRail = Treasury(rail, books)
                .Concat(await Addresses(connection, rail, chain.ReadAt, cancel))
                .Concat(await Tables(connection, rail, cancel));
            findings.AddRange(ofRail.Select(finding => $"{rail.Rail}: {finding}"));
        }

        return findings;
    }

    private static List<string> Treasury(RailEvidence rail, TreasuryBooks books)
    {
        var findings = new List<string>();

        foreach (var move in rail.Moves)
        {
            var chunk = books.Chunks.GetValueOrDefault(move.Signature);
            var posted = books.Take(move.Signature);

            if ((move.Micros < 0 ? WhyWrongOut(move, chunk, posted) : WhyWrongIn(move, posted)) is { } why)
            {
                findings.Add(why);
            }
        }

        findings.AddRange(books.Left());
        findings.AddRange(books.Strays);
        var sum = rail.Moves.Sum(move => move.Micros);

        if (sum != rail.Balance.Micros)
        {
            findings.Add($"the treasury's transfers add up to {Usdc.FromMicros(sum)}, it holds {rail.Balance}");
        }

        return findings;
    }

    private static string? WhyWrongOut(ChainMove move, PaidChunk? chunk, long? posted)
    {
        var paid = $"{move.Signature} paid {Listed(move.Others)}";

        return chunk switch
        {
            null when posted == move.Micros => null,
            null => $"{paid}: no payout says so",
            _ when !chunk.Pays(move.Others) || chunk.Wallets.Values.Sum() != -move.Micros =>
                $"{paid}: {chunk.Chunk} says {Listed(chunk.Wallets)}",
            { IsUnderWay: true } when posted is null => null,
            { IsPaid: false } => $"{paid}: {chunk.Chunk} is {chunk.State}",
            _ when posted == move.Micros => null,
            _ => $"{paid}: the books posted {Usdc.FromMicros(posted ?? 0)}",
        };
    }

    private static string? WhyWrongIn(ChainMove move, long? posted) =>
        posted == move.Micros || (!move.IsScanned && (posted ?? 0) < move.Micros)
            ? null
            : $"{move.Signature} brought {Usdc.FromMicros(move.Micros)} from {Listed(move.Others)}: the books say "
                + (posted is { } other ? $"{Usdc.FromMicros(other)}" : "nothing of it");

    private static string Listed(IReadOnlyDictionary<string, long> wallets) => wallets.Count == 0
        ? "nobody"
        : string.Join(", ", wallets.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{Usdc.FromMicros(pair.Value)} to {pair.Key}"));

    /// <summary>What lies at the standing addresses.</summary>
    private static async Task<IEnumerable<string>> Addresses(
        DbConnection connection, RailEvidence rail, DateTimeOffset readAt, CancellationToken cancel)
    {
        if (rail.Addresses.Count == 0)
        {
            return [];
        }

        var postings = await connection.QueryAsync<Posting>(new(
            """
            SELECT command.key AS Key, posting.amount AS Amount
            FROM account JOIN posting ON posting.account_id = account.id JOIN command ON command.seq = posting.seq
            WHERE account.name = @name AND command.at_us < @readAt AND posting.amount > 0
            """,
            new { name = Chart.Deposits.Name, readAt = readAt.ToMicros() },
            cancellationToken: cancel));
        var credited = postings
            .Select(row => (Words: row.Key.Split(':'), row.Amount))
            .Where(row => row.Words is ["deposit", _, _, _] && row.Words[1] == rail.Chain)
            .ToLookup(row => row.Words[3], row => (Signature: row.Words[2], row.Amount), StringComparer.Ordinal);
        var swept = rail.Moves.Where(move => move.Micros > 0).ToDictionary(
            move => move.Signature, move => move.Others, StringComparer.Ordinal);

        return rail.Addresses.SelectMany(address =>
            Address(address, rail, credited[address.TokenAccount].ToDictionary(
                row => row.Signature, row => row.Amount, StringComparer.Ordinal), swept));
    }

    /// <summary>What can be looked up is what is written down; a table retired meanwhile is not used.</summary>
    private static async Task<IEnumerable<string>> Tables(
        DbConnection connection, RailEvidence rail, CancellationToken cancel)
    {
        TableEvidence[] differ = [.. rail.Tables.Where(table => table.Differs is not null)];

        if (differ.Length == 0)
        {
            return [];
        }

        var inUse = (await connection.QueryAsync<string>(new(
            "SELECT address FROM lookup_table WHERE state = 'active'", cancellationToken: cancel)))
            .ToHashSet(StringComparer.Ordinal);
        return differ.Where(table => inUse.Contains(table.Address))
            .Select(table => $"lookup table {table.Address}: {table.Differs}");
    }

    private static IEnumerable<string> Address(
        AddressEvidence address,
        RailEvidence rail,
        Dictionary<string, long> credited,
        Dictionary<string, IReadOnlyDictionary<string, long>> swept)
    {
        if (address.Moves is not { } moves)
        {
            var came = address.Balance.Micros + swept.Values.Sum(from => from.GetValueOrDefault(address.Address));
            var booked = credited.Values.Sum();

            if (came != booked)
            {
                yield return $"deposit address {address.Address}: {Usdc.FromMicros(came)} came in, the books say "
                    + Usdc.FromMicros(booked);
            }

            yield break;
        }

        foreach (var move in moves)
        {
            if (move.Micros < 0)
            {
                // A sweep that is newer than what was read of the treasury cannot be in there.
                if (move.Slot <= rail.Slot
                    && swept.GetValueOrDefault(move.Signature)?.GetValueOrDefault(address.Address) != -move.Micros)
                {
                    yield return $"{move.Signature} took {Usdc.FromMicros(-move.Micros)} out of deposit address "
                        + $"{address.Address} and not into the treasury";
                }
            }
            else if (credited.Remove(move.Signature, out var booked) ? booked != move.Micros : move.IsScanned)
            {
                yield return $"{move.Signature} brought {Usdc.FromMicros(move.Micros)} to deposit address "
                    + $"{address.Address}: the books say {Usdc.FromMicros(booked)}";
            }
        }

        foreach (var (signature, micros) in credited)
        {
            yield return $"deposit address {address.Address} was credited {Usdc.FromMicros(micros)} by {signature}: "
                + "the chain has no such transfer";
        }
    }

    private sealed record Posting(string Key, long Amount);
}
