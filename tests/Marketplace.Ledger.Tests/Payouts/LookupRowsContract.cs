using System.Data.Common;
using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger.Payouts;
using Marketplace.Ledger.Verify;
using Microsoft.Extensions.Time.Testing;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Payouts;

/// <summary>Rows of lookup tables, whatever engine they run on.</summary>
public abstract class LookupRowsContract
{
    private const string Chain = "chain";
    private readonly FakeTimeProvider _clock = new(new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<TestBook> OpenEmpty();

    [Fact]
    public async Task A_table_grows_by_steps_that_the_chain_is_final_about()
    {
        await using var books = await OpenEmpty();
        var rows = new LookupRows(books.Database, _clock);
        Assert.True(await rows.Plan(Table("t1", "mint", "a"), Cancel));
        Assert.Equal((LookupState.Planned, 0), await State(rows, "t1"));

        var create = Step("t1", 1, LookupStep.Create);
        Assert.True(await rows.Store(create, Cancel));
        Assert.Equal(create.Wire, Assert.Single(await rows.Alive(default, Chain, Cancel)).Wire);
        await rows.Settle(create, LookupStep.Final, Cancel);
        Assert.Equal((LookupState.Active, 0), await State(rows, "t1"));

        var dead = Step("t1", 2, LookupStep.Extend, 0, 2);
        Assert.True(await rows.Store(dead, Cancel));
        await rows.Settle(dead, LookupStep.Dead, Cancel);
        await rows.Settle(dead, LookupStep.Final, Cancel);
        Assert.Equal((LookupState.Active, 0), await State(rows, "t1"));
        Assert.Single(await rows.Dead(default, Chain, _clock.GetUtcNow(), Cancel));
        Assert.Empty(await rows.Dead(default, Chain, _clock.GetUtcNow().AddSeconds(1), Cancel));

        var extend = Step("t1", 3, LookupStep.Extend, 0, 2);
        Assert.True(await rows.Store(extend, Cancel));
        await rows.Settle(extend, LookupStep.Final, Cancel);
        await rows.Settle(extend, LookupStep.Final, Cancel);
        Assert.Equal((LookupState.Active, 2), await State(rows, "t1"));

        Assert.True(await rows.Add("t1", 2, [new("b", "wb"), new("c", "wc")], Cancel));
        Assert.Equal(["mint", "a", "b", "c"], (await rows.Find("t1", Cancel))!.Places.Select(place => place.Address));
        Assert.Equal([LookupStep.Final, LookupStep.Dead, LookupStep.Final],
            (await rows.Steps("t1", Cancel)).Select(step => step.State));
        Assert.Empty(await rows.Alive(default, Chain, Cancel));
    }

    [Fact]
    public async Task Who_comes_second_has_written_nothing()
    {
        await using var books = await OpenEmpty();
        var rows = new LookupRows(books.Database, _clock);
        Assert.True(await rows.Plan(Table("t1", "a"), Cancel));
        Assert.False(await rows.Plan(Table("t2", "a"), Cancel));
        Assert.True(await rows.Plan(Table("t3", "a") with { Chain = "other" }, Cancel));
        Assert.False(await rows.Add("t1", 0, [new("b", null)], Cancel));
        Assert.False(await rows.Add("t1", 1, [new("b", null), new("a", null)], Cancel));
        Assert.False(await rows.Add("t1", 256, [new("b", null)], Cancel));
        Assert.False(await rows.Add("nobody", 0, [new("b", null)], Cancel));

        Assert.True(await rows.Store(Step("t1", 1, LookupStep.Create), Cancel));
        Assert.False(await rows.Store(Step("t1", 2, LookupStep.Create), Cancel));
        await rows.Settle(Step("t1", 1, LookupStep.Create), LookupStep.Dead, Cancel);
        Assert.False(await rows.Store(Step("t1", 1, LookupStep.Create) with { Signature = "again" }, Cancel));
        Assert.True(await rows.Store(Step("t1", 2, LookupStep.Create), Cancel));

        Assert.Null(await rows.Find("t2", Cancel));
        Assert.Single((await rows.Find("t1", Cancel))!.Places);
        Assert.Equal("t1", Assert.Single(await rows.Of(default, Chain, Cancel)).Address);
    }

    [Fact]
    public async Task A_retired_table_stays_so_and_makes_room_for_another()
    {
        await using var books = await OpenEmpty();
        var rows = new LookupRows(books.Database, _clock);
        await rows.Plan(Table("t1", "a"), Cancel);
        await rows.Store(Step("t1", 1, LookupStep.Create), Cancel);
        await rows.Retire("t1", "for the test", Cancel);
        await rows.Retire("t1", "again", Cancel);
        await rows.Settle(Step("t1", 1, LookupStep.Create), LookupStep.Final, Cancel);

        var found = (await rows.Find("t1", Cancel))!;
        Assert.Equal((LookupState.Retired, "for the test"), (found.State, found.Note));
        Assert.Equal(LookupStep.Final, Assert.Single(await rows.Steps("t1", Cancel)).State);
        Assert.True(await rows.Plan(Table("t2", "a"), Cancel));
    }

    [Fact]
    public async Task What_is_written_down_is_never_changed_nor_taken_away()
    {
        await using var books = await OpenEmpty();
        var rows = new LookupRows(books.Database, _clock);
        await rows.Plan(Table("t1", "a"), Cancel);
        await rows.Store(Step("t1", 1, LookupStep.Create), Cancel);

        foreach (var change in new[]
        {
            "UPDATE lookup_address SET address = 'thief'",
            "DELETE FROM lookup_address",
            "UPDATE lookup_table SET slot = slot + 1",
            "UPDATE lookup_table SET known = -1",
            "DELETE FROM lookup_table",
            "UPDATE lookup_step SET signature = 'other'",
            "UPDATE lookup_step SET places = 9",
            "DELETE FROM lookup_step",
        })
        {
            await Assert.ThrowsAnyAsync<DbException>(() => books.Sql(change));
        }

        await books.Sql("UPDATE lookup_table SET known = 1");
        await Assert.ThrowsAnyAsync<DbException>(() => books.Sql("UPDATE lookup_table SET known = 0"));
    }

    [Fact]
    public async Task Providers_wallets_that_were_paid_often_enough_and_lately_are_told_until_they_are_in_a_table()
    {
        await using var books = await OpenEmpty();
        await books.Book.Post(
            Entry.Of(
                Journals.Move("usdcfund:f0", Chart.Treasury, Chart.UsdcCapital, 1_000),
                Journals.Move("usdcfund:f1", Chart.Treasury, Chart.Payable(Provider(1)), 1_000),
                PayoutJournals.FundFeePayer("start", 1_000_000)),
            Cancel);
        var rows = new LookupRows(books.Database, _clock);
        var pin = new RailPin(RailName.Solana, Chain);
        var start = _clock.GetUtcNow();
        await Pay(books, 1, "often", "once");
        await Pay(books, 2, "often", "twice");
        await Pay(books, 3, "often", "twice");

        Assert.Equal(["often", "twice"], await rows.Repeated(pin, start, 2, 10, Cancel));
        Assert.Equal(["often"], await rows.Repeated(pin, start, 2, 1, Cancel));
        Assert.Empty(await rows.Repeated(pin, _clock.GetUtcNow().AddMinutes(1), 1, 10, Cancel));
        Assert.Empty(await rows.Repeated(new(RailName.Parse("second"), Chain), start, 1, 10, Cancel));

        await rows.Plan(Table("t1", "a") with { Places = [new("a", "often")] }, Cancel);
        Assert.Equal(["twice"], await rows.Repeated(pin, start, 2, 10, Cancel));
        await rows.Retire("t1", "for the test", Cancel);
        Assert.Equal(["often", "twice"], await rows.Repeated(pin, start, 2, 10, Cancel));
    }

    [Fact]
    public async Task A_step_without_its_cost_in_the_books_and_a_table_without_its_steps_are_found()
    {
        await using var books = await OpenEmpty();
        await books.Book.Post(Entry.Of(PayoutJournals.FundFeePayer("start", 1_000_000)), Cancel);
        var rows = new LookupRows(books.Database, _clock);
        await rows.Plan(Table("t1", "a"), Cancel);
        var create = Step("t1", 1, LookupStep.Create);
        await rows.Store(create, Cancel);
        Assert.Empty(await Findings(books));

        await rows.Settle(create, LookupStep.Final, Cancel);
        Assert.Equal([$"{create.Signature} is final and its cost is not in the books"], await Findings(books));
        await books.Book.Post(Entry.Of(PayoutJournals.NetworkFee(create.Signature, 6_000)), Cancel);
        Assert.Empty(await Findings(books));

        await books.Sql("UPDATE lookup_table SET known = 1");
        Assert.Equal(["t1 has 1 addresses, its steps brought 0"], await Findings(books));
    }

    private static StoredLookup Table(string address, params IEnumerable<string> places) =>
        new(address, RailName.Solana, Chain, "treasury", 5, [.. places.Select(place => new LookupPlace(place, null))]);

    private static LookupStep Step(string table, int number, string kind, int from = 0, int places = 0) =>
        new(table, number, kind, from, places, [1, (byte)number], $"{table}-{number}", 150);

    private static async Task<(LookupState State, int Known)> State(LookupRows rows, string table)
    {
        var found = (await rows.Find(table, Cancel))!;
        return (found.State, found.Known);
    }

    private async Task<IReadOnlyList<string>> Findings(TestBook books) =>
        (await new BooksAudit(books.Database, _clock).Verify(cancel: Cancel))
            .Invariants.Single(found => found.Id == "tables").Findings;

    /// <summary>One chunk that pays each of the wallets one micro-USDC.</summary>
    private async Task Pay(TestBook books, int number, params IReadOnlyList<string> wallets)
    {
        using var chunks = new PayoutChunks(books.Database, _clock);
        var lane = (await chunks.Take("lane_0", "nonce", "worker-1", TimeSpan.FromMinutes(1), Cancel))!;
        var chunk = ChunkId.From(PrefixedId.Derive("chunk", $"{number}"));
        var signature = $"sig{number}";
        await chunks.Plan(
            lane,
            chunk,
            [
                .. wallets.Select(wallet => new ChunkPayout(
                    PayoutId.From(PrefixedId.Derive("payout", $"{number} {wallet}")),
                    Provider(1), wallet, Micros(1), Usdc.Zero)),
            ],
            Cancel);
        await chunks.RecordSigned(
            lane, chunk, new(1, signature, [1], Chain, "nonce", "value", null), SigningCaps.None, Cancel);
        await chunks.RecordSent(lane, chunk, 1, Cancel);
        Assert.IsType<ChunkOutcome.Done>(await chunks.Finalize(lane, chunk, signature, 9, 5_000, Cancel));
    }
}
