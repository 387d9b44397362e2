using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Verification;
using Marketplace.Ledger.Verify;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests;

/// <summary>The register, the audit log and the receipts, whatever engine they run on.</summary>
public abstract class RegisterContract
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<TestBook> Open();

    [Fact]
    public async Task A_row_keeps_its_place_when_it_changes()
    {
        await using var books = await Open();
        await books.Register.Put([Row("a", "queued"), Row("b", "queued")], Cancel);
        var before = await books.Register.Find("job", "a", Cancel);
        await books.Register.Put([Row("a", "running") with { DueAt = Noon, Detail = """{"x":"é\u0001 ' \""}""" }], Cancel);

        var after = await books.Register.Find("job", "a", Cancel);

        Assert.NotNull(before);
        Assert.Equal(before.Sequence, after?.Sequence);
        Assert.Equal(before.CreatedAt, after?.CreatedAt);
        Assert.Equal("running", after?.State);
        Assert.Equal(Noon, after?.DueAt);
        Assert.Equal("""{"x":"é\u0001 ' \""}""", after?.Detail);
        Assert.Null(await books.Register.Find("render", "a", Cancel));
    }

    [Fact]
    public async Task Lists_run_newest_first_by_owner_and_state_in_pages()
    {
        await using var books = await Open();

        for (var at = 0; at < 10; at++)
        {
            await books.Register.Put([Row($"j{at}", at % 2 == 0 ? "queued" : "running", $"acc_{at % 3}")], Cancel);
        }

        var page = await books.Register.List("job", null, null, null, 4, Cancel);
        var next = await books.Register.List("job", null, null, page[^1].Sequence, 4, Cancel);
        var owned = await books.Register.List("job", "acc_1", "running", null, 100, Cancel);

        Assert.Equal(["j9", "j8", "j7", "j6"], page.Select(row => row.Id));
        Assert.Equal(["j5", "j4", "j3", "j2"], next.Select(row => row.Id));
        Assert.Equal(["j7", "j1"], owned.Select(row => row.Id));
        Assert.Empty(await books.Register.List("render", null, null, null, 100, Cancel));
    }

    [Fact]
    public async Task Due_rows_come_oldest_first()
    {
        await using var books = await Open();
        await books.Register.Put(
            [
                Row("later", "s") with { DueAt = Noon.AddHours(1) },
                Row("second", "s") with { DueAt = Noon },
                Row("first", "s") with { DueAt = Noon.AddMinutes(-5) },
                Row("never", "s"),
            ],
            Cancel);

        Assert.Equal(["first", "second"], (await books.Register.Due("job", Noon, 10, Cancel)).Select(row => row.Id));
    }

    [Fact]
    public async Task A_refused_entry_leaves_the_register_as_it_was()
    {
        await using var books = await Open();
        var entry = Entry.Of(Journals.Move("x", Chart.Available(Customer()), Chart.Escrow("a"), 1)) with
        {
            Register = [Row("a", "queued")],
        };

        Assert.IsType<PostOutcome.Insufficient>(await books.Book.Post(entry, Cancel));
        Assert.Null(await books.Register.Find("job", "a", Cancel));

        await books.Fund(Customer(), 1);
        Assert.IsType<PostOutcome.Posted>(await books.Book.Post(entry, Cancel));
        Assert.NotNull(await books.Register.Find("job", "a", Cancel));
    }

    [Fact]
    public async Task Acts_are_chained_and_a_forged_one_is_found()
    {
        await using var books = await Open();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(
            at => books.Audit.Record("key_1", "suspend", $"prov_{at}", "a reason\nof two lines", Cancel)));
        var lines = await books.Audit.List(null, 4, Cancel);
        var audit = new BooksAudit(books.Database, TimeProvider.System);

        Assert.Equal([10, 9, 8, 7], lines.Select(line => line.Sequence));
        Assert.Equal([6], (await books.Audit.List(7, 1, Cancel)).Select(line => line.Sequence));
        Assert.True((await audit.Verify(cancel: Cancel)).Holds);

        await books.Sql(
            "INSERT INTO audit(seq, at_us, actor, action, subject, reason, prev_hash, hash) "
            + "SELECT 11, at_us, actor, action, subject, reason, hash, prev_hash FROM audit WHERE seq = 10");

        Assert.Equal(Standing.Broken, (await audit.Verify(cancel: Cancel)).Invariants.Single(found => found.Id == "15a").Standing);
    }

    [Fact]
    public async Task Receipts_are_written_with_their_journals_and_chained()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 100);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(at => books.Book.Post(
            Entry.Of(Journals.Move($"charge:job_{at}", Chart.Available(Customer()), Chart.Fee(at), 1)) with
            {
                Receipts = [Receipt(at)],
            },
            Cancel)));

        var again = await books.Book.Post(new() { Receipts = [Receipt(3)] }, Cancel);
        var other = await books.Book.Post(new() { Receipts = [Receipt(3) with { Body = "{}" }] }, Cancel);
        var found = await books.Receipts.Find(Receipt(3).Id, Cancel);
        var list = await books.Receipts.List(Customer(), null, 100, Cancel);

        Assert.True(again.Stands);
        Assert.Equal(new PostOutcome.Conflict(Receipt(3).Id.Value), other);
        Assert.Equal(Receipt(3).Body, found?.Body);
        Assert.Equal(20, list.Count);
        Assert.Equal(list.Take(19).Select(row => row.PreviousHash), list.Skip(1).Select(row => row.Hash));
        Assert.Single(await books.Receipts.Of("job_3", Cancel));
        Assert.True((await new BooksAudit(books.Database, TimeProvider.System).Verify(cancel: Cancel)).Holds);
    }

    [Fact]
    public async Task A_device_stays_enrolled_as_it_was_at_first_whatever_becomes_of_the_index()
    {
        await using var books = await Open();
        await books.Register.Put([new("device", "dev_1", "prv_1", "listed", "{}", null)], Cancel);
        var first = await books.Count("SELECT at_us FROM enrolled_device WHERE device = 'dev_1' AND provider = 'prv_1'");
        await books.Register.Put([new("device", "dev_1", "prv_1", "draining", "{}", null)], Cancel);
        await books.Sql("DELETE FROM register WHERE kind = 'device'");
        await books.Register.Put([new("device", "dev_1", "prv_2", "listed", "{}", null)], Cancel);

        Assert.Equal(first, await books.Count("SELECT at_us FROM enrolled_device WHERE device = 'dev_1' AND provider = 'prv_1'"));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(
            () => books.Sql("UPDATE enrolled_device SET provider = 'prv_2'"));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => books.Sql("DELETE FROM enrolled_device"));
    }

    [Fact]
    public async Task The_audit_of_the_books_finds_work_that_ended_with_money_in_escrow()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 100);
        await books.Book.Post(
            Entry.Of(LeaseJournals.Fund("job_1", 0, Customer(), Usdc.Zero, Micros(10))) with { Register = [Row("job_1", "running") with { DueAt = DateTimeOffset.MaxValue }] },
            Cancel);
        var audit = new BooksAudit(books.Database, TimeProvider.System);
        Assert.True((await audit.Verify(cancel: Cancel)).Holds);

        await books.Register.Put([Row("job_1", "succeeded")], Cancel);
        var report = await audit.Verify(cancel: Cancel);

        Assert.False(report.Holds);
        Assert.False(report.IsComplete);
        Assert.Equal(["5"], report.Invariants.Where(found => found.Standing == Standing.Broken).Select(found => found.Id));
        Assert.Equal(2, report.Journals);
    }

    private static RegisterRow Row(string id, string state, string owner = "acc_1") => new("job", id, owner, state, "{}", null);

    private static NewReceipt Receipt(int n) => new(
        ReceiptId.From(PrefixedId.Derive("receipt", $"{n}")),
        $"job_{n}",
        Customer(),
        Provider(),
        JsonSerializer.Serialize(new { n, note = "ü" }));
}
