using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Webhooks;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Webhooks;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Webhooks;

/// <summary>Events and their deliveries, whatever engine keeps them.</summary>
public abstract class WebhookContract
{
    private const int Max = 3;

    private static readonly string Me = Customer().Value;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<TestBook> Open();

    [Fact]
    public async Task A_change_is_told_once_to_whoever_wants_it_and_costs_nobody_else_a_row()
    {
        await using var books = await Open();
        var (webhooks, deliveries) = Rows(books);
        var mine = await Make(webhooks, 1, EventTypes.JobSucceeded, EventTypes.JobFailed);
        var second = await Make(webhooks, 2, EventTypes.JobSucceeded);
        await Make(webhooks, 3, EventTypes.RenderFailed);

        await books.Register.Put([Job("job_1", "running"), Job("job_2", "succeeded", "acc_other")], Cancel);
        Assert.Equal(0, await books.Count("SELECT COUNT(*) FROM webhook_event"));
        await books.Register.Put([Job("job_1", "succeeded")], Cancel);
        await books.Register.Put([Job("job_1", "succeeded")], Cancel);
        await books.Register.Put([Job("job_3", "failed")], Cancel);

        var told = await deliveries.Of(mine, null, 10, Cancel);
        Assert.Equal(
            [("job_3", EventTypes.JobFailed), ("job_1", EventTypes.JobSucceeded)],
            told.Select(one => (one.Event.Subject, one.Event.Type)));
        Assert.Equal("/v1/jobs/job_1", told[1].Event.Link);
        Assert.Equal(told[1].Event, Assert.Single(await deliveries.Of(second, null, 10, Cancel)).Event);
        Assert.Equal(2, await books.Count("SELECT COUNT(*) FROM webhook_event"));
        Assert.Equal([told[0].Sequence], (await deliveries.Of(mine, null, 1, Cancel)).Select(one => one.Sequence));
        Assert.Equal([told[1].Sequence], (await deliveries.Of(mine, told[0].Sequence, 9, Cancel)).Select(one => one.Sequence));
    }

    [Fact]
    public async Task An_event_stands_and_falls_with_the_money_that_it_tells_of()
    {
        await using var books = await Open();
        var (webhooks, deliveries) = Rows(books);
        var mine = await Make(webhooks, 1, EventTypes.JobSucceeded);
        var entry = Entry.Of(Journals.Move("x", Chart.Available(Customer()), Chart.Escrow("a"), 1)) with
        {
            Register = [Job("job_1", "succeeded")],
        };

        Assert.IsType<PostOutcome.Insufficient>(await books.Book.Post(entry, Cancel));
        Assert.Empty(await deliveries.Of(mine, null, 10, Cancel));
        await books.Fund(Customer(), 1);
        Assert.IsType<PostOutcome.Posted>(await books.Book.Post(entry, Cancel));
        Assert.IsType<PostOutcome.Exists>(await books.Book.Post(entry, Cancel));
        Assert.Single(await deliveries.Of(mine, null, 10, Cancel));
    }

    [Theory]
    [InlineData(RegisterKinds.Batch, "completed", EventTypes.BatchCompleted)]
    [InlineData(RegisterKinds.Render, "expired", EventTypes.RenderExpired)]
    [InlineData(RegisterKinds.TopUp, "paid", EventTypes.TopUpPaid)]
    [InlineData(RegisterKinds.Payout, "posted", EventTypes.PayoutPosted)]
    [InlineData(RegisterKinds.Payout, "refused", EventTypes.PayoutRefused)]
    public async Task Each_kind_tells_of_its_ends(string kind, string state, string type)
    {
        await using var books = await Open();
        var (webhooks, deliveries) = Rows(books);
        var mine = await Make(webhooks, 1, type);
        await books.Register.Put([new(kind, "x_1", Me, state, "{}", null)], Cancel);

        var told = Assert.Single(await deliveries.Of(mine, null, 10, Cancel)).Event;
        Assert.Equal((type, "x_1", state), (told.Type, told.Subject, told.State));
    }

    [Fact]
    public async Task What_can_happen_again_is_told_again_and_a_failed_check_names_its_device()
    {
        await using var books = await Open();
        var (webhooks, deliveries) = Rows(books);
        var mine = await Make(webhooks, 1, EventTypes.DeviceSetAside, EventTypes.DeviceAuditFailed);
        var device = new RegisterRow(RegisterKinds.Device, "dev_1", Me, "set-aside", "{}", null);
        await books.Register.Put([device], Cancel);
        await books.Register.Put([device], Cancel);
        await books.Register.Put([device with { State = "listed" }], Cancel);
        await books.Register.Put([device], Cancel);
        await books.Register.Put(
            [new(RegisterKinds.ProofFailure, "att_1", Me, "bad-sums", """{"device":"dev_1","work":"rnd_1"}""", null)],
            Cancel);

        var told = await deliveries.Of(mine, null, 10, Cancel);
        Assert.Equal(
            [("dev_1", "bad-sums"), ("dev_1", "set-aside"), ("dev_1", "set-aside")],
            told.Select(one => (one.Event.Subject, one.Event.State)));
        Assert.Equal(3, told.Select(one => one.Event.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_frame_and_a_deposit_are_told_once_each()
    {
        await using var books = await Open();
        var (webhooks, deliveries) = Rows(books);
        var mine = await Make(webhooks, 1, EventTypes.FrameFinished, EventTypes.DepositReceived);
        var render = RenderId.From(PrefixedId.Derive("render"));
        await books.Book.Post(new() { Events = [NewEvent.Frame(render, Customer(), 7)] }, Cancel);
        await books.Book.Post(
            new() { Events = [NewEvent.Frame(render, Customer(), 7), NewEvent.Frame(render, Customer(), 8)] }, Cancel);
        var deposits = new DepositRows(books.Database, TimeProvider.System);
        var transfer = new ChainTransfer("genesis", "signature", "token", Micros(5), 1)
        {
            Rail = Domain.Payouts.RailName.Solana,
        };
        await deposits.Credit(transfer, Customer(), null, Cancel);
        await deposits.Credit(transfer, Customer(), null, Cancel);

        Assert.Equal(
            [(EventTypes.DepositReceived, (int?)null), (EventTypes.FrameFinished, 8), (EventTypes.FrameFinished, 7)],
            (await deliveries.Of(mine, null, 10, Cancel)).Select(one => (one.Event.Type, one.Event.Part)));
    }

    [Fact]
    public async Task A_queue_takes_no_more_than_its_most_and_says_so()
    {
        await using var books = await Open();
        var (webhooks, deliveries) = Rows(books);
        var mine = await Make(webhooks, 1, EventTypes.JobSucceeded);
        Assert.False(await webhooks.NoteFullQueue(mine, Cancel));

        for (var at = 0; at < WebhookRows.QueueMax + 500; at += 250)
        {
            await books.Register.Put(
                [.. Enumerable.Range(at, 250).Select(n => Job($"job_{n}", "succeeded"))], Cancel);
        }

        Assert.Equal(WebhookRows.QueueMax, await books.Count("SELECT COUNT(*) FROM webhook_delivery"));
        var test = new NewEvent(EventId.From(PrefixedId.Derive("test")), Me, EventTypes.Test, mine.Value, "enabled", null);
        await deliveries.Queue(mine, test, Cancel);
        Assert.Null(await deliveries.Find(mine, test.Id, Cancel));
        Assert.Equal(WebhookRows.QueueMax, await books.Count("SELECT COUNT(*) FROM webhook_event"));
        Assert.True(await webhooks.NoteFullQueue(mine, Cancel));
        Assert.NotNull((await webhooks.Find(mine, Cancel))!.QueueFullAt);
        var first = (await deliveries.Due(mine, 1, Cancel)).Single();
        await deliveries.Record(mine, first.Event.Id, new(StoredDelivery.Delivered, 200, null, Now), Cancel);
        await deliveries.Queue(mine, test, Cancel);
        await deliveries.Queue(mine, test, Cancel);
        Assert.NotNull(await deliveries.Find(mine, test.Id, Cancel));
        await deliveries.Record(mine, test.Id, new(StoredDelivery.Delivered, 200, null, Now), Cancel);
        await books.Register.Put([Job("job_late", "succeeded")], Cancel);
        Assert.Equal("job_late", (await deliveries.Of(mine, null, 1, Cancel)).Single().Event.Subject);
    }

    [Fact]
    public async Task A_try_is_written_down_and_what_is_over_stays_over_until_it_is_wanted_again()
    {
        await using var books = await Open();
        var (webhooks, deliveries) = Rows(books);
        var mine = await Make(webhooks, 1, EventTypes.JobSucceeded);
        await books.Register.Put([Job("job_1", "succeeded")], Cancel);
        var told = (await deliveries.Due(mine, 10, Cancel)).Single().Event.Id;
        var note = new string('x', 300);

        Assert.True(await deliveries.Record(mine, told, new(StoredDelivery.Waiting, 500, note, Now.AddHours(1)), Cancel));
        Assert.Empty(await deliveries.Due(mine, 10, Cancel));
        Assert.Empty(await webhooks.WithDue(null, 10, Cancel));
        Assert.NotNull((await webhooks.Find(mine, Cancel))!.FailingSince);
        Assert.True(await deliveries.Again(mine, told, Cancel));
        Assert.Equal(mine, (await webhooks.WithDue(null, 10, Cancel)).Single().Id);
        Assert.True(await deliveries.Record(mine, told, new(StoredDelivery.Delivered, 204, null, Now), Cancel));
        Assert.False(await deliveries.Record(mine, told, new(StoredDelivery.Failed, null, "late", Now), Cancel));
        Assert.Null((await webhooks.Find(mine, Cancel))!.FailingSince);

        var after = (await deliveries.Find(mine, told, Cancel))!;
        Assert.Equal((StoredDelivery.Delivered, 1, 2, 204), (after.State, after.Tries, after.Attempts, after.Code));
        Assert.False(await deliveries.Again(mine, EventId.From(PrefixedId.Derive("none")), Cancel));
    }

    [Fact]
    public async Task One_that_was_reached_meanwhile_is_not_turned_off_and_a_wait_is_no_try()
    {
        await using var books = await Open();
        var (webhooks, deliveries) = Rows(books);
        var mine = await Make(webhooks, 1, EventTypes.JobSucceeded);
        await books.Register.Put([Job("job_1", "succeeded")], Cancel);
        var told = (await deliveries.Due(mine, 10, Cancel)).Single().Event.Id;
        Assert.True(await deliveries.Postpone(mine, told, Now.AddHours(1), Cancel));
        Assert.Empty(await deliveries.Due(mine, 10, Cancel));
        Assert.Equal(0, (await deliveries.Find(mine, told, Cancel))!.Attempts);
        var cutoff = Now;

        Assert.False(await webhooks.Disable(mine, "failing", cutoff, Cancel));
        await deliveries.Record(mine, told, new(StoredDelivery.Waiting, 500, "no", Now), Cancel);
        Assert.False(await webhooks.Disable(mine, "failing", cutoff, Cancel));
        Assert.True(await webhooks.Disable(mine, "failing", Now.AddSeconds(1), Cancel));
        Assert.False(await deliveries.Postpone(
            mine, EventId.From(PrefixedId.Derive("none")), Now.AddHours(1), Cancel));
    }

    [Fact]
    public async Task Off_means_that_nothing_is_queued_or_due_and_what_waits_is_kept()
    {
        await using var books = await Open();
        var (webhooks, deliveries) = Rows(books);
        var mine = await Make(webhooks, 1, EventTypes.JobSucceeded);
        await books.Register.Put([Job("job_1", "succeeded")], Cancel);
        Assert.True(await webhooks.Disable(mine, "gone", null, Cancel));
        Assert.False(await webhooks.Disable(mine, "again", null, Cancel));
        await books.Register.Put([Job("job_2", "succeeded")], Cancel);

        Assert.Empty(await webhooks.WithDue(null, 10, Cancel));
        Assert.False(await webhooks.Wants(Me, EventTypes.JobSucceeded, Cancel));
        var off = (await webhooks.Find(mine, Cancel))!;
        Assert.Equal((StoredWebhook.Disabled, "gone"), (off.State, off.Reason));
        await webhooks.Change(off, [(Me, EventTypes.JobFailed)], StoredWebhook.Enabled, Cancel);
        Assert.True(await webhooks.Wants(Me, EventTypes.JobFailed, Cancel));
        Assert.Equal("job_1", (await deliveries.Due(mine, 10, Cancel)).Single().Event.Subject);
        Assert.Equal([EventTypes.JobFailed], (await webhooks.Find(mine, Cancel))!.Events);
    }

    [Fact]
    public async Task An_account_has_no_more_than_its_most_and_a_deleted_one_leaves_nothing()
    {
        await using var books = await Open();
        var (webhooks, deliveries) = Rows(books);
        var mine = await Make(webhooks, 1, EventTypes.JobSucceeded);
        Assert.True(await webhooks.Insert(Webhook(1), [], Max, Cancel));
        await Make(webhooks, 2, EventTypes.JobSucceeded);
        await Make(webhooks, 3, EventTypes.JobSucceeded);
        Assert.False(await webhooks.Insert(Webhook(4), [], Max, Cancel));
        await books.Register.Put([Job("job_1", "succeeded")], Cancel);

        await webhooks.Delete(mine, Cancel);
        Assert.Null(await webhooks.Find(mine, Cancel));
        Assert.Empty(await deliveries.Of(mine, null, 10, Cancel));
        Assert.Equal(2, (await webhooks.Of(Customer(), Cancel)).Count);
        Assert.True(await webhooks.Insert(Webhook(4), [], Max, Cancel));
    }

    [Fact]
    public async Task What_is_old_is_forgotten_and_what_is_not_stays()
    {
        await using var books = await Open();
        var (webhooks, deliveries) = Rows(books);
        var mine = await Make(webhooks, 1, EventTypes.JobSucceeded);
        await books.Register.Put([Job("job_1", "succeeded")], Cancel);

        Assert.Equal(0, await deliveries.Prune(Now.AddDays(-1), 10, Cancel));
        Assert.Single(await deliveries.Of(mine, null, 10, Cancel));
        Assert.Equal(2, await deliveries.Prune(Now.AddDays(1), 10, Cancel));
        Assert.Equal(0, await books.Count("SELECT COUNT(*) FROM webhook_event"));
        await books.Register.Put([Job("job_1", "succeeded")], Cancel);
        Assert.Empty(await deliveries.Of(mine, null, 10, Cancel));
    }

    [Fact]
    public async Task Webhooks_that_come_and_go_never_fail_the_books()
    {
        await using var books = await Open();
        var (webhooks, _) = Rows(books);

        await Task.WhenAll(
            Task.WhenAll(Enumerable.Range(0, 60).Select(at => books.Register.Put([Job($"job_{at}", "succeeded")], Cancel))),
            Task.Run(
                async () =>
                {
                    for (var at = 0; at < 15; at++)
                    {
                        await webhooks.Delete(await Make(webhooks, at, EventTypes.JobSucceeded), Cancel);
                    }
                },
                Cancel));

        Assert.Equal(60, (await books.Register.List("job", Me, "succeeded", null, 100, Cancel)).Count);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static (WebhookRows Webhooks, DeliveryRows Deliveries) Rows(TestBook books) =>
        (new(books.Database, TimeProvider.System), new(books.Database, TimeProvider.System));

    private static StoredWebhook Webhook(int n) => new(
        WebhookId.From(PrefixedId.Derive("webhook", $"{n}")), Customer(), "https://example.com/", string.Empty, [])
    {
        KeyId = "key",
    };

    private static async Task<WebhookId> Make(WebhookRows webhooks, int n, params string[] types)
    {
        var webhook = Webhook(n);
        Assert.True(await webhooks.Insert(webhook, [.. types.Select(type => (Me, type))], Max, Cancel));
        return webhook.Id;
    }

    private static RegisterRow Job(string id, string state, string? owner = null) =>
        new(RegisterKinds.Job, id, owner ?? Me, state, "{}", null);
}
