using Marketplace.Domain;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger.Compliance;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Compliance;

/// <summary>Verdicts, cases, cleared hits and travel records, whatever engine keeps them.</summary>
public abstract class ComplianceRowsContract
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ScreenHit Hit = new("36", ScreenHit.NameField, "Rigs", "RIGS, The", 0.9, ["TEST"]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<TestBook> Open();

    [Fact]
    public async Task The_first_verdict_stands()
    {
        await using var books = await Open();
        var rows = new ScreeningRows(books.Database);
        var verdict = Verdict() with { Risk = new(1, 15, [new("wallet-young", 15, "3 h")]) };

        await rows.Keep(verdict, Cancel);
        var stands = await rows.Keep(verdict with { Band = ScreenBand.Clear, Hits = [] }, Cancel);

        Assert.Equal((ScreenBand.Review, Now), (stands.Band, stands.At));
        Assert.Equal(Hit with { Programs = stands.Hits[0].Programs }, Assert.Single(stands.Hits));
        Assert.Equal("wallet-young", Assert.Single(stands.Risk!.Reasons).Code);
        Assert.Equal(stands.Id, (await rows.Newest(Provider(), Cancel))!.Id);
        Assert.Null(await rows.Newest(Provider(2), Cancel));
    }

    [Fact]
    public async Task A_cleared_hit_stops_that_provider_no_more_and_others_still()
    {
        await using var books = await Open();
        var rows = new ScreeningRows(books.Database);
        await rows.Clear(Case(), Now, Cancel);
        await rows.Clear(Case(), Now, Cancel);

        Assert.Empty(await rows.WithoutCleared(Provider(), [Hit], Cancel));
        Assert.Single(await rows.WithoutCleared(Provider(2), [Hit], Cancel));
        Assert.Single(await rows.WithoutCleared(Provider(), [Hit with { Asked = "Another Name" }], Cancel));
        Assert.Single(await rows.WithoutCleared(Provider(), [Hit with { Party = "37" }], Cancel));
    }

    [Fact]
    public async Task Of_two_steps_from_one_version_one_is_written()
    {
        await using var books = await Open();
        var rows = new ReviewRows(books.Database, TimeProvider.System);
        await rows.Open(Case(), Cancel);
        await rows.Open(Case() with { Amount = Micros(1) }, Cancel);
        var stored = (await rows.Find(Case().Id, Cancel))!;
        Assert.Equal((Micros(250), 1), (stored.Case.Amount, stored.Version));

        Assert.True(await rows.Step(stored, stored.Case with { State = ReviewState.Claimed }, Cancel));
        Assert.False(await rows.Step(stored, stored.Case with { State = ReviewState.Blocked }, Cancel));

        Assert.Equal(ReviewState.Claimed, (await rows.Find(Case().Id, Cancel))!.Case.State);
        var row = (await books.Register.Find(RegisterKinds.Review, Case().Id.Value, Cancel))!;
        Assert.Equal(("claimed", Provider().Value, null), (row.State, row.Owner, row.DueAt));
        Assert.Contains("\"payout\":\"pay_1\",\"amount\":\"0.000250\",\"band\":\"review\"", row.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decision_is_due_until_it_is_done()
    {
        await using var books = await Open();
        var rows = new ReviewRows(books.Database, TimeProvider.System);
        await rows.Open(Case(), Cancel);
        var stored = (await rows.Find(Case().Id, Cancel))!;
        var decided = stored.Case with { State = ReviewState.Cleared, DecidedAt = Now };

        await rows.Step(stored, decided, Cancel);
        Assert.Single(await books.Register.Due(RegisterKinds.Review, Now, 10, Cancel));
        await rows.Step(new(decided, 2), decided with { IsDone = true }, Cancel);

        Assert.Empty(await books.Register.Due(RegisterKinds.Review, Now, 10, Cancel));
    }

    [Fact]
    public async Task Only_a_case_about_the_provider_stands_against_it_until_it_is_cleared()
    {
        await using var books = await Open();
        var rows = new ReviewRows(books.Database, TimeProvider.System);
        await rows.Open(Case(), Cancel);
        Assert.Null(await rows.Standing(Provider(), Cancel));

        var about = await rows.Open(Case() with { Id = ReviewId.From(PrefixedId.Derive("review", "2")), Payout = null }, Cancel);
        Assert.Equal(about.Id, (await rows.Standing(Provider(), Cancel))?.Id);
        await rows.Step(new(about, 1), about with { State = ReviewState.Cleared, DecidedAt = Now }, Cancel);

        Assert.Null(await rows.Standing(Provider(), Cancel));
    }

    [Fact]
    public async Task Travel_records_are_kept_once_and_come_in_pages()
    {
        await using var books = await Open();
        var rows = new TravelRows(books.Database);

        for (var number = 1; number <= 3; number++)
        {
            await rows.Keep(Record(number), Cancel);
            await rows.Keep(Record(number) with { Wallet = "other" }, Cancel);
        }

        var first = await rows.List(null, 2, Cancel);
        var second = await rows.List(first[^1].Sequence, 2, Cancel);

        Assert.Equal([Record(3).Payout, Record(2).Payout], first.Select(row => row.Record.Payout));
        Assert.Equal(Record(1), Assert.Single(second).Record);
    }

    private static TravelRecord Record(int number) => new(
        PayoutId.From(PrefixedId.Derive("payout", $"{number}")),
        Provider(),
        Micros(5),
        "wallet",
        new("Market Ltd", null, null, "NO", null),
        new() { LegalName = "Rigs", DateOfBirth = new(1970, 1, 31), IsSelfHosted = true },
        Now);

    private static Screening Verdict() => new()
    {
        Id = ScreeningId.From(PrefixedId.Derive("screening", "1")),
        Purpose = ScreenPurpose.Payout,
        Provider = Provider(),
        Name = "Rigs",
        Wallet = "wallet",
        Edition = "2026-03-01-abc",
        Hits = [Hit],
        Band = ScreenBand.Review,
        At = Now,
    };

    private static ReviewCase Case() => new()
    {
        Id = ReviewId.From(PrefixedId.Derive("review", "1")),
        Screening = Verdict().Id,
        Purpose = ScreenPurpose.Payout,
        Provider = Provider(),
        Payout = "pay_1",
        Amount = Micros(250),
        Band = ScreenBand.Review,
        Hits = [Hit],
        OpenedAt = Now,
        DueAt = Now.AddDays(1),
    };
}
