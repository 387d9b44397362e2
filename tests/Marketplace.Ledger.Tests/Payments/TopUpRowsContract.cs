using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Ledger.Payments;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Payments;

/// <summary>Rows of card payments, whatever engine they run on.</summary>
public abstract class TopUpRowsContract
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<TestBook> Open();

    [Fact]
    public async Task A_top_up_is_stored_as_it_is_and_found_when_it_is_due()
    {
        await using var books = await Open();
        var rows = new TopUpRows(books.Database, TimeProvider.System);
        var full = New(1) with
        {
            Session = "cs_1",
            Refunds = [Refund(1) with { ProcessorId = "re_1", FirstTriedAt = Now }],
            Disputes = [new() { Id = "dp_1", Amount = Cents.From(1_00), State = DisputeState.Won, EvidenceDue = Now }],
        };

        Assert.True(await rows.Insert(full, Now, Cancel));
        Assert.False(await rows.Insert(full with { Asked = Cents.From(1) }, Now, Cancel));
        await rows.Insert(New(2), Now.AddHours(1), Cancel);
        var stored = (await rows.Find(full.Id, Cancel))!;

        Assert.Equal(full.Refunds, stored.TopUp.Refunds);
        Assert.Equal(full.Disputes, stored.TopUp.Disputes);
        Assert.Equal(full, stored.TopUp with { Refunds = full.Refunds, Disputes = full.Disputes });
        Assert.Equal([full.Id], await rows.Due(Now, 10, Cancel));
        Assert.Equal([New(2).Id, full.Id], (await rows.Since(Customer(), Now, Cancel)).Select(one => one.Id));
        Assert.False(await rows.HasPaid(Customer(), Cancel));
        Assert.Null(await rows.Find(New(3).Id, Cancel));
    }

    [Fact]
    public async Task A_step_is_written_once_by_whoever_comes_first()
    {
        await using var books = await Open();
        var rows = new TopUpRows(books.Database, TimeProvider.System);
        await rows.Insert(New(1), Now, Cancel);
        var before = (await rows.Find(New(1).Id, Cancel))!;
        var step = new TopUpStep(before.TopUp with { State = TopUpState.Paid, PaymentIntent = "pi_1" })
        {
            Journals = [CardJournals.TopUp("pi_1", Customer(), Cents.From(25_00))],
        };

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => rows.Apply(before, step, null, Cancel))));

        Assert.Single(outcomes, outcome => outcome is PostOutcome.Posted);
        Assert.Equal(7, outcomes.Count(outcome => outcome is null));
        Assert.Equal(25_000_000, await books.Free(Chart.Available(Customer())));
        Assert.True(await rows.HasPaid(Customer(), Cancel));
        Assert.Empty(await rows.Due(Now.AddYears(1), 10, Cancel));
        await books.AssertBalanced();
    }

    [Fact]
    public async Task A_hold_that_is_not_covered_writes_nothing()
    {
        await using var books = await Open();
        var rows = new TopUpRows(books.Database, TimeProvider.System);
        await rows.Insert(New(1), Now, Cancel);
        var before = (await rows.Find(New(1).Id, Cancel))!;
        var step = new TopUpStep(before.TopUp with { Refunds = [Refund(1)] }) { Held = [Refund(1)] };

        Assert.IsType<PostOutcome.Insufficient>(await rows.Apply(before, step, null, Cancel));
        Assert.Empty((await rows.Find(New(1).Id, Cancel))!.TopUp.Refunds);
        Assert.Equal(before.Version, (await rows.Find(New(1).Id, Cancel))!.Version);
    }

    [Fact]
    public async Task An_event_is_taken_once_and_moves_between_new_done_and_parked()
    {
        await using var books = await Open();
        var events = new ProcessorEvents(books.Database, TimeProvider.System);
        var told = new ProcessorEvent("evt_1", "payment_intent.succeeded", "2026-10-28.endive", "payment_intent", "pi_1");

        var taken = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => events.Take(told, [1, 2, 3], Cancel))));
        Assert.Single(taken, isNew => isNew);
        var due = Assert.Single(await events.Due(DateTimeOffset.MaxValue, 10, Cancel));
        await events.Park(due, "nobody knows it", Cancel);
        Assert.Empty(await events.Due(DateTimeOffset.MaxValue, 10, Cancel));
        var parked = (await events.Find("evt_1", Cancel))!;
        await events.Later(parked, Now, "again", Cancel);
        await events.Finish(parked with { Tries = 1 }, null, Cancel);

        Assert.Equal((ProcessorEvents.Parked, "nobody knows it"), (parked.State, parked.Note));
        Assert.Equal(ProcessorEvents.Done, (await events.Find("evt_1", Cancel))!.State);
    }

    private static TopUp New(int number) => new()
    {
        Id = TopUpId.From(PrefixedId.Derive("top-up", $"{number}")),
        Account = Customer(),
        Asked = Cents.From(25_00),
        Method = CardMethod.PaymentIntent,
        CreatedAt = Now,
        FirstTriedAt = Now,
    };

    private static CardRefund Refund(int number) => new()
    {
        Id = CardRefundId.From(PrefixedId.Derive("refund", $"{number}")),
        Amount = Cents.From(5_00),
        State = CardRefundState.Requested,
        CreatedAt = Now,
    };
}
