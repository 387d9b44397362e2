using Dapper;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;

namespace Marketplace.Ledger.Compliance;

/// <summary>
/// The review queue. A step is written with its line of the register in one transaction, and only on the version that
/// it was decided on.
/// </summary>
public sealed class ReviewRows(LedgerDatabase database, TimeProvider clock)
{
    /// <summary>Cases of one provider that are looked at.</summary>
    public const int StandingMax = 1_000;

    private const int ReasonsListed = 10;

    private readonly BookWriter _writer = new(database.Dialect, clock);

    /// <summary>Opens a case; again it changes nothing. Answers the one that stands.</summary>
    public async Task<ReviewCase> Open(ReviewCase review, CancellationToken cancel = default)
    {
        await database.Write(
            async (connection, transaction) =>
            {
                var inserted = await connection.ExecuteAsync(new(
                    """
                    INSERT INTO review_case(id, provider, state, body, version, at_us)
                    VALUES (@id, @provider, @state, @body, 1, @at) ON CONFLICT DO NOTHING
                    """,
                    Values(review, 1),
                    transaction,
                    cancellationToken: cancel));

                if (inserted == 1)
                {
                    var entry = PreparedEntry.From(new Entry { Register = [Row(review)] });
                    await _writer.Apply(connection, transaction, [entry], cancel);
                }

                return inserted;
            },
            cancel);

        return (await Find(review.Id, cancel))?.Case
            ?? throw new InvalidOperationException($"Case {review.Id} was written and is not there.");
    }

    public async Task<StoredReview?> Find(ReviewId id, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var row = await connection.QuerySingleOrDefaultAsync<StoredRow>(new(
            "SELECT body AS Body, version AS Version FROM review_case WHERE id = @id",
            new { id = id.Value },
            cancellationToken: cancel));
        return row is null ? null : new(ComplianceJson.Read<ReviewCase>(row.Body), row.Version);
    }

    /// <summary>Writes a step; false when the case is not at this version any more: read it and decide again.</summary>
    public Task<bool> Step(StoredReview before, ReviewCase next, CancellationToken cancel = default) => database.Write(
        async (connection, transaction) =>
        {
            var changed = await connection.ExecuteAsync(new(
                """
                UPDATE review_case SET state = @state, body = @body, version = @version
                WHERE id = @id AND version = @before
                """,
                Values(next, before.Version),
                transaction,
                cancellationToken: cancel));

            if (changed == 1)
            {
                var entry = PreparedEntry.From(new Entry { Register = [Row(next)] });
                await _writer.Apply(connection, transaction, [entry], cancel);
            }

            return changed == 1;
        },
        cancel);

    /// <summary>
    /// The oldest case about the provider itself that is undecided or was decided against it, or null.
    /// </summary>
    public async Task<ReviewCase?> Standing(ProviderId provider, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var bodies = await connection.QueryAsync<string>(new(
            $"""
            SELECT body FROM review_case WHERE provider = @provider AND state <> 'cleared' ORDER BY seq
            LIMIT {StandingMax}
            """,
            new { provider = provider.Value },
            cancellationToken: cancel));
        return bodies.Select(ComplianceJson.Read<ReviewCase>).FirstOrDefault(one => one.Payout is null);
    }

    /// <summary>Due at once while what was decided is still to be done: the sweep finds it by that.</summary>
    private static RegisterRow Row(ReviewCase review)
    {
        var isDecided = review.State is ReviewState.Cleared or ReviewState.Blocked;

        return new(
            RegisterKinds.Review,
            review.Id.Value,
            review.Provider.Value,
            ComplianceJson.Word(review.State),
            ComplianceJson.Write(new ListedReview(
                review.Purpose,
                review.Payout,
                review.Amount,
                review.Band,
                review.DueAt,
                [.. review.Reasons.Take(ReasonsListed).Select(reason => reason.Code)])),
            isDecided && !review.IsDone ? review.DecidedAt : null);
    }

    private static object Values(ReviewCase review, long before) => new
    {
        id = review.Id.Value,
        provider = review.Provider.Value,
        state = ComplianceJson.Word(review.State),
        body = ComplianceJson.Write(review),
        before,
        version = before + 1,
        at = review.OpenedAt.ToMicros(),
    };

    /// <summary>What lists show of a case; its words are public.</summary>
    private sealed record ListedReview(
        ScreenPurpose Purpose,
        string? Payout,
        Usdc Amount,
        ScreenBand Band,
        DateTimeOffset DueAt,
        IReadOnlyList<string> Reasons);

    private sealed record StoredRow(string Body, long Version);
}
