using Dapper;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Providers;

namespace Marketplace.Ledger.Compliance;

/// <summary>Verdicts of screening, and the hits that people have cleared.</summary>
public sealed class ScreeningRows(LedgerDatabase database)
{
    /// <summary>Cleared hits of one provider that are looked at.</summary>
    public const int ClearedMax = 1_000;

    public async Task<Screening?> Find(ScreeningId id, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var body = await connection.QuerySingleOrDefaultAsync<string>(new(
            "SELECT body FROM screening WHERE id = @id", new { id = id.Value }, cancellationToken: cancel));
        return body is null ? null : ComplianceJson.Read<Screening>(body);
    }

    /// <summary>Keeps a verdict; answers the one that stands, which is an earlier one if there was any.</summary>
    public async Task<Screening> Keep(Screening verdict, CancellationToken cancel = default)
    {
        await database.Write(
            (connection, transaction) => connection.ExecuteAsync(new(
                """
                INSERT INTO screening(id, purpose, provider, body, at_us)
                VALUES (@id, @purpose, @provider, @body, @at) ON CONFLICT DO NOTHING
                """,
                new
                {
                    id = verdict.Id.Value,
                    purpose = ComplianceJson.Word(verdict.Purpose),
                    provider = verdict.Provider.Value,
                    body = ComplianceJson.Write(verdict),
                    at = verdict.At.ToMicros(),
                },
                transaction,
                cancellationToken: cancel)),
            cancel);

        return await Find(verdict.Id, cancel)
            ?? throw new InvalidOperationException($"Verdict {verdict.Id} was written and is not there.");
    }

    /// <summary>The provider's newest verdict, or null.</summary>
    public async Task<Screening?> Newest(ProviderId provider, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var body = await connection.QueryFirstOrDefaultAsync<string>(new(
            "SELECT body FROM screening WHERE provider = @provider ORDER BY at_us DESC, id DESC LIMIT 1",
            new { provider = provider.Value },
            cancellationToken: cancel));
        return body is null ? null : ComplianceJson.Read<Screening>(body);
    }

    /// <summary>The hits without those that people have found to be somebody else.</summary>
    public async Task<IReadOnlyList<ScreenHit>> WithoutCleared(
        ProviderId provider, IReadOnlyList<ScreenHit> hits, CancellationToken cancel = default)
    {
        if (hits.Count == 0)
        {
            return hits;
        }

        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var cleared = (await connection.QueryAsync<(string Party, string Asked, string Listed)>(new(
            $"SELECT party, asked, listed FROM cleared_hit WHERE provider = @provider LIMIT {ClearedMax}",
            new { provider = provider.Value },
            cancellationToken: cancel))).ToHashSet();

        return [.. hits.Where(hit => !cleared.Contains((hit.Party, hit.Asked, hit.Listed)))];
    }

    /// <summary>People found that these hits are somebody else. Again it changes nothing.</summary>
    public Task Clear(ReviewCase review, DateTimeOffset now, CancellationToken cancel = default) => database.Write(
        (connection, transaction) => connection.ExecuteAsync(new(
            """
            INSERT INTO cleared_hit(provider, party, asked, listed, review, at_us)
            VALUES (@provider, @Party, @Asked, @Listed, @review, @at) ON CONFLICT DO NOTHING
            """,
            review.Hits.Select(hit => new
            {
                provider = review.Provider.Value,
                hit.Party,
                hit.Asked,
                hit.Listed,
                review = review.Id.Value,
                at = now.ToMicros(),
            }).ToArray(),
            transaction,
            cancellationToken: cancel)),
        cancel);
}
