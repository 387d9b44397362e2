using System.Data.Common;
using Dapper;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Ledger.Sql;

namespace Marketplace.Ledger.Payouts;

/// <summary>Reads chunks with their payouts and attempts.</summary>
internal sealed class ChunkReader(SqlDialect dialect)
{
    public async Task<Chunk?> Find(
        DbConnection connection, DbTransaction? transaction, ChunkId chunk, CancellationToken cancel) =>
        await Read(connection, transaction, "WHERE id = @id", new { id = chunk.Value }, 1, cancel) is [var found]
            ? found
            : null;

    public async Task<Chunk?> Live(
        DbConnection connection, DbTransaction? transaction, string lane, CancellationToken cancel) =>
        await Read(connection, transaction, "WHERE lane = @lane AND state <= 3", new { lane }, 1, cancel) is [var found]
            ? found
            : null;

    public async Task<IReadOnlyList<Chunk>> Read(
        DbConnection connection,
        DbTransaction? transaction,
        string where,
        object values,
        int limit,
        CancellationToken cancel)
    {
        var chunks = (await connection.QueryAsync<ChunkRow>(new(
            $"""
            SELECT id AS Id, lane AS Lane, state AS State, version AS Version, signature AS Signature, slot AS Slot,
              note AS Note, planned_us AS PlannedUs, ended_us AS EndedUs
            FROM chunk {where} ORDER BY seq DESC LIMIT {limit}
            """,
            values,
            transaction,
            cancellationToken: cancel))).AsList();

        if (chunks.Count == 0)
        {
            return [];
        }

        var ids = chunks.Select(chunk => chunk.Id).ToArray();
        var payouts = (await connection.QueryAsync<PayoutRow>(new(
            $"""
            SELECT chunk_id AS Chunk, payout_id AS Payout, provider_id AS Provider, wallet AS Wallet, amount AS Amount,
              fee AS Fee, rail AS Rail, purpose AS Purpose, account AS Account
            FROM chunk_payout WHERE {dialect.In("chunk_id", "@ids")} ORDER BY chunk_id, place
            """,
            new { ids },
            transaction,
            cancellationToken: cancel))).ToLookup(row => row.Chunk, StringComparer.Ordinal);
        var attempts = (await connection.QueryAsync<AttemptRow>(new(
            $"""
            SELECT chunk_id AS Chunk, number AS Number, signature AS Signature, wire AS Wire, genesis AS Genesis,
              nonce_account AS NonceAccount, nonce_value AS NonceValue, last_valid_height AS LastValidHeight,
              signed_us AS SignedUs, sent_us AS SentUs
            FROM attempt WHERE {dialect.In("chunk_id", "@ids")} ORDER BY chunk_id, number
            """,
            new { ids },
            transaction,
            cancellationToken: cancel))).ToLookup(row => row.Chunk, StringComparer.Ordinal);

        return
        [
            .. chunks.Select(row => new Chunk(
                ChunkId.Parse(row.Id),
                row.Lane,
                (ChunkState)row.State,
                row.Version,
                [.. payouts[row.Id].Select(payout => payout.ToPayout())],
                [.. attempts[row.Id].Select(attempt => attempt.ToAttempt())],
                row.Signature,
                row.Slot,
                row.Note,
                row.PlannedUs.ToTime(),
                row.EndedUs?.ToTime())),
        ];
    }

    private sealed class ChunkRow
    {
        public string Id { get; set; } = string.Empty;

        public string Lane { get; set; } = string.Empty;

        public long State { get; set; }

        public long Version { get; set; }

        public string? Signature { get; set; }

        public long? Slot { get; set; }

        public string? Note { get; set; }

        public long PlannedUs { get; set; }

        public long? EndedUs { get; set; }
    }

    /// <summary>How a purpose is written in its column; the keys of journal and holds begin with it.</summary>
    public static string Word(PayoutPurpose purpose) => purpose switch
    {
        PayoutPurpose.Earnings => "payout",
        PayoutPurpose.Balance => "usdcrefund",
        PayoutPurpose.Suspense => "suspenserefund",
        _ => throw new System.Diagnostics.UnreachableException(purpose.ToString()),
    };

    private static PayoutPurpose Read(string word) => Enum.GetValues<PayoutPurpose>().First(one => Word(one) == word);

    private sealed class PayoutRow
    {
        public string Chunk { get; set; } = string.Empty;

        public string Payout { get; set; } = string.Empty;

        public string Provider { get; set; } = string.Empty;

        public string Wallet { get; set; } = string.Empty;

        public long Amount { get; set; }

        public long Fee { get; set; }

        public string Rail { get; set; } = string.Empty;

        public string Purpose { get; set; } = string.Empty;

        public string? Account { get; set; }

        public ChunkPayout ToPayout() => new(
            PayoutId.Parse(Payout),
            Provider.Length == 0 ? default : ProviderId.Parse(Provider),
            Wallet,
            Usdc.FromMicros(Amount),
            Usdc.FromMicros(Fee))
        {
            Rail = RailName.Parse(Rail),
            Purpose = ChunkReader.Read(Purpose),
            Account = Account is null ? null : AccountId.Parse(Account),
        };
    }

    private sealed class AttemptRow
    {
        public string Chunk { get; set; } = string.Empty;

        public long Number { get; set; }

        public string Signature { get; set; } = string.Empty;

        public byte[] Wire { get; set; } = [];

        public string Genesis { get; set; } = string.Empty;

        public string? NonceAccount { get; set; }

        public string NonceValue { get; set; } = string.Empty;

        public long? LastValidHeight { get; set; }

        public long SignedUs { get; set; }

        public long? SentUs { get; set; }

        public SignedAttempt ToAttempt() => new(
            (int)Number, Signature, Wire, Genesis, NonceAccount, NonceValue, LastValidHeight)
        {
            SignedAt = SignedUs.ToTime(),
            SentAt = SentUs?.ToTime(),
        };
    }
}
