using System.Data.Common;
using Dapper;
using Marketplace.Domain.Verification;

namespace Marketplace.Ledger.Verification;

/// <summary>
/// The entries of the manifest of models. Any number of processes may add some: the rows make their versions
/// consecutive, and a name that is there stays as it is.
/// </summary>
public sealed class ModelEntryRows(LedgerDatabase database)
{
    /// <summary>Tries to get the next version while others take it.</summary>
    public const int AttemptsMax = 64;

    private const string Columns =
        "name, model_id AS ModelId, sha256, bytes, weights, architecture, context_length AS ContextLength, "
        + "registered_us AS RegisteredUs";

    /// <summary>Adds an entry; again is harmless.</summary>
    /// <returns>The version that it made; null when the manifest is full.</returns>
    /// <exception cref="InvalidOperationException">The name stands for other bytes.</exception>
    /// <exception cref="TimeoutException">Others took the next version too often.</exception>
    public async Task<long?> Append(ModelEntry entry, CancellationToken cancel = default)
    {
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var (found, count) = await database.Write(
                (connection, transaction) => Insert(connection, transaction, entry, cancel), cancel);

            if (found is not null)
            {
                return found.ModelId == entry.ModelId && found.Sha256 == entry.Sha256
                    ? found.Version
                    : throw new InvalidOperationException(
                        $"The manifest has {entry.Name} for the file {found.Sha256}, not {entry.Sha256}.");
            }

            if (count >= ModelManifest.EntriesMax)
            {
                return null;
            }
        }

        throw new TimeoutException($"No version of the manifest in {AttemptsMax} tries: others took them.");
    }

    /// <summary>The newest version; 0 while there is no entry.</summary>
    public async Task<long> Version(CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        return await connection.QuerySingleAsync<long>(new(
            "SELECT COALESCE(MAX(version), 0) FROM model_entry", cancellationToken: cancel));
    }

    /// <summary>The newest manifest.</summary>
    public async Task<ModelManifest> Manifest(CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<Row>(new(
            $"SELECT {Columns} FROM model_entry ORDER BY version LIMIT {ModelManifest.EntriesMax}",
            cancellationToken: cancel));
        ModelEntry[] entries = [.. rows.Select(row => row.ToEntry())];

        return new(entries.Length, entries);
    }

    /// <summary>The oldest name of a model id; null when there is none.</summary>
    public async Task<string?> NameOf(string modelId, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        return await connection.QueryFirstOrDefaultAsync<string>(new(
            "SELECT name FROM model_entry WHERE model_id = @modelId ORDER BY version LIMIT 1",
            new { modelId },
            cancellationToken: cancel));
    }

    private static async Task<(Found? Found, long Count)> Insert(
        DbConnection connection, DbTransaction transaction, ModelEntry entry, CancellationToken cancel)
    {
        // A conflict of versions writes nothing, and the next try sees what the other has written.
        await connection.ExecuteAsync(new(
            """
            INSERT INTO model_entry(
              version, name, model_id, sha256, bytes, weights, architecture, context_length, registered_us)
            SELECT
              next.version, @Name, @ModelId, @Sha256, @Bytes, @Weights, @Architecture, @contextLength, @registered
            FROM (SELECT COALESCE(MAX(version), 0) + 1 AS version FROM model_entry) AS next
            WHERE next.version <= @most
            ON CONFLICT DO NOTHING
            """,
            new
            {
                entry.Name,
                entry.ModelId,
                entry.Sha256,
                entry.Bytes,
                entry.Weights,
                entry.Architecture,
                contextLength = (long)entry.ContextLength,
                registered = entry.RegisteredAt.ToMicros(),
                most = (long)ModelManifest.EntriesMax,
            },
            transaction,
            cancellationToken: cancel));

        var found = await connection.QueryFirstOrDefaultAsync<Found>(new(
            "SELECT version, model_id AS ModelId, sha256 FROM model_entry WHERE name = @Name",
            new { entry.Name },
            transaction,
            cancellationToken: cancel));
        var count = await connection.QuerySingleAsync<long>(new(
            "SELECT COUNT(*) FROM model_entry", transaction: transaction, cancellationToken: cancel));

        return (found, count);
    }

    private sealed record Found(long Version, string ModelId, string Sha256);

    private sealed record Row(
        string Name,
        string ModelId,
        string Sha256,
        long Bytes,
        string Weights,
        string Architecture,
        long ContextLength,
        long RegisteredUs)
    {
        public ModelEntry ToEntry() => new(
            Name, ModelId, Sha256, Bytes, Weights, Architecture, (int)ContextLength, RegisteredUs.ToTime());
    }
}
