using Marketplace.Domain.Ledger;
using Marketplace.Ledger.Outbox;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Outbox;

/// <summary>Messages out and events in, whatever engine keeps them.</summary>
public abstract class OutboxContract
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<TestBook> Open();

    [Fact]
    public async Task A_message_stands_with_its_journal_and_a_repeat_writes_no_second()
    {
        await using var books = await Open();
        var outbox = new OutboxRows(books.Database);
        var told = Entry.Of(CardJournals.TopUp("pi_1", Customer(), Cents.From(5))) with
        {
            Messages = [new("m_1", "webhook", """{"a":1}"""), new("m_2", "chain", "ü")],
        };
        var refused = Entry.Of(LeaseJournals.Fund("job_1", 0, Customer(), Usdc.Zero, Micros(999_999_999))) with
        {
            Messages = [new("m_3", "webhook", "{}")],
        };

        Assert.IsType<PostOutcome.Posted>(await books.Book.Post(told, Cancel));
        Assert.IsType<PostOutcome.Exists>(await books.Book.Post(told, Cancel));
        Assert.IsType<PostOutcome.Insufficient>(await books.Book.Post(refused, Cancel));

        var due = await outbox.Due("webhook", DateTimeOffset.MaxValue, 10, Cancel);
        Assert.Equal([("m_1", """{"a":1}""", 0)], due.Select(message => (message.Id, message.Payload, message.Tries)));
        Assert.Equal("ü", (await outbox.Due("chain", DateTimeOffset.MaxValue, 10, Cancel)).Single().Payload);
    }

    [Fact]
    public async Task A_message_is_due_again_after_a_failure_and_never_after_it_was_sent_or_given_up()
    {
        await using var books = await Open();
        var outbox = new OutboxRows(books.Database);
        var later = TimeProvider.System.GetUtcNow().AddDays(1);
        await books.Book.Post(new() { Messages = [new("a", "webhook", "{}"), new("b", "webhook", "{}")] }, Cancel);

        Assert.True(await outbox.Later("a", later, Cancel));
        Assert.Equal(["b"], (await outbox.Due("webhook", later.AddMinutes(-1), 10, Cancel)).Select(message => message.Id));
        Assert.Equal(1, (await outbox.Due("webhook", later.AddMinutes(1), 10, Cancel)).Single(message => message.Id == "a").Tries);

        Assert.True(await outbox.Sent("a", Cancel));
        Assert.False(await outbox.Sent("a", Cancel));
        Assert.True(await outbox.GiveUp("b", Cancel));
        Assert.Empty(await outbox.Due("webhook", DateTimeOffset.MaxValue, 10, Cancel));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => books.Sql("UPDATE outbox SET payload = '' WHERE id = 'a'"));
    }

    [Fact]
    public async Task An_event_is_taken_once_however_often_it_comes()
    {
        await using var books = await Open();
        var inbox = new InboxRows(books.Database, TimeProvider.System);
        var taken = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => inbox.Take("stripe", "evt_1", Cancel)));

        Assert.Single(taken, isFirst => isFirst);
        Assert.True(await inbox.Take("other", "evt_1", Cancel));
        Assert.True(await inbox.Take("stripe", "evt_2", Cancel));
    }
}
