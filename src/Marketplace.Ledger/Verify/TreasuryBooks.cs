using System.Data.Common;
using Dapper;
using Marketplace.Domain.Ledger;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Ledger.Verify;

/// <summary>What the books say that happened at a wallet of ours, by the transaction that did it.</summary>
internal sealed class TreasuryBooks
{
    /// <summary>Journals that are named by the transaction: the second word of their key is its signature.</summary>
    private static readonly HashSet<string> BySignature = new(
        ["sweep", "cold", "hot", "usdcfund", "buy"], StringComparer.Ordinal);

    private readonly Dictionary<string, (long Micros, string Key)> _posted = new(StringComparer.Ordinal);

    /// <summary>Attempts of chunks by signature.</summary>
    public required IReadOnlyDictionary<string, PaidChunk> Chunks { get; init; }

    /// <summary>What was posted under no transaction that the chain could have.</summary>
    public List<string> Strays { get; } = [];

    /// <param name="connection">One state of the books.</param>
    /// <param name="account">The account in the books.</param>
    /// <param name="rail">What the chain says.</param>
    /// <param name="readAt">Journals since then are left out: the chain was read before.</param>
    /// <param name="cancel">Ends the reading.</param>
    public static async Task<TreasuryBooks> Read(
        DbConnection connection,
        LedgerAccount account,
        RailEvidence rail,
        DateTimeOffset readAt,
        CancellationToken cancel)
    {
        var chunks = await ReadChunks(connection, rail, cancel);
        var books = new TreasuryBooks { Chunks = chunks };
        var paidBy = chunks.Values.Where(chunk => chunk.IsPaid)
            .SelectMany(chunk => chunk.Payouts.Select(payout => (payout, chunk.Signature)))
            .ToDictionary(pair => pair.payout, pair => pair.Signature, StringComparer.Ordinal);
        var postings = await connection.QueryAsync<Posting>(new(
            """
            SELECT command.key AS Key, posting.amount AS Amount
            FROM account JOIN posting ON posting.account_id = account.id JOIN command ON command.seq = posting.seq
            WHERE account.name = @name AND command.at_us < @readAt
            """,
            new { name = account.Name, readAt = readAt.ToMicros() },
            cancellationToken: cancel));

        foreach (var posting in postings)
        {
            books.Add(posting.Key, posting.Amount, rail.Chain, paidBy);
        }

        return books;
    }

    /// <summary>Takes out what the books posted for a transaction, or null when they know nothing of it.</summary>
    public long? Take(string signature) => _posted.Remove(signature, out var posted) ? posted.Micros : null;

    /// <summary>What is left: posted, and no transaction took it.</summary>
    public IEnumerable<string> Left() => _posted.Select(pair =>
        $"{pair.Value.Key} moved {Usdc.FromMicros(pair.Value.Micros)} under {pair.Key}: "
            + "the chain has no such transfer");

    private static async Task<IReadOnlyDictionary<string, PaidChunk>> ReadChunks(
        DbConnection connection, RailEvidence rail, CancellationToken cancel)
    {
        var rows = await connection.QueryAsync<AttemptRow>(new(
            """
            SELECT attempt.signature AS Signature, chunk.id AS Chunk, chunk.state AS State, chunk.signature AS Landed,
              chunk_payout.payout_id AS Payout, chunk_payout.wallet AS Wallet, chunk_payout.amount AS Amount
            FROM attempt JOIN chunk ON chunk.id = attempt.chunk_id
            JOIN chunk_payout ON chunk_payout.chunk_id = chunk.id
            WHERE attempt.genesis = @chain AND chunk_payout.rail = @rail
            """,
            new { chain = rail.Chain, rail = rail.Rail.Value },
            cancellationToken: cancel));

        return rows.GroupBy(row => row.Signature, StringComparer.Ordinal).ToDictionary(
            attempt => attempt.Key,
            attempt => new PaidChunk(
                attempt.Key,
                attempt.First().Chunk,
                (ChunkState)attempt.First().State,
                attempt.First().Landed,
                [.. attempt.Select(row => row.Payout)],
                attempt.GroupBy(row => row.Wallet, StringComparer.Ordinal).ToDictionary(
                    wallet => wallet.Key, wallet => wallet.Sum(row => row.Amount), StringComparer.Ordinal)),
            StringComparer.Ordinal);
    }

    private void Add(string key, long micros, string chain, Dictionary<string, string> paidBy)
    {
        var words = key.Split(':');
        var signature = words switch
        {
            ["deposit", var genesis, var named, ..] when genesis == chain => named,
            [var kind, var named, ..] when BySignature.Contains(kind) => named,
            [_, var payout, ..] => paidBy.GetValueOrDefault(payout),
            _ => null,
        };

        if (signature is null)
        {
            Strays.Add($"{key} moved {Usdc.FromMicros(micros)}: no transfer on the chain is named by it");
            return;
        }

        var before = _posted.GetValueOrDefault(signature);
        _posted[signature] = (before.Micros + micros, before.Key ?? key);
    }

    private sealed record Posting(string Key, long Amount);

    private sealed record AttemptRow(
        string Signature, string Chunk, long State, string? Landed, string Payout, string Wallet, long Amount);
}
