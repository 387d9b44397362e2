using Marketplace.Domain;
using Marketplace.Ledger.Seals;
using Marketplace.Ledger.Verify;
using Microsoft.Extensions.Time.Testing;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Seals;

/// <summary>Sealed blocks of journals, whatever engine keeps them.</summary>
public abstract class SealContract : IDisposable
{
    private const int Full = 10;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("marketplace-seals-");
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SealFolder Copies => new(_folder.FullName);

    protected abstract Task<TestBook> Open();

    [Fact]
    public async Task A_full_block_is_sealed_and_copied_and_the_rest_when_it_is_old()
    {
        await using var books = await Open();
        await Post(books, 25);

        Assert.Equal(2, await Sealer(books).Run(Full, Day, Copies, Cancel));
        Assert.Equal(0, await Sealer(books).Run(Full, Day, Copies, Cancel));
        _clock.Advance(Day + TimeSpan.FromMinutes(1));
        Assert.Equal(1, await Sealer(books).Run(Full, Day, Copies, Cancel));

        Assert.Equal(25, await books.Count("SELECT SUM(journals) FROM seal"));
        Assert.Equal(3, Copies.LastBlock());
        Assert.Equal(Standing.Holds, (await Check(books)).Standing);
    }

    [Fact]
    public async Task A_copy_that_a_crash_left_undone_is_made_later()
    {
        await using var books = await Open();
        await Post(books, 25);
        var crash = new CrashAt(Checkpoints.SealWritten);

        await Assert.ThrowsAsync<IOException>(() => new Sealer(books.Database, crash, _clock).Run(Full, Day, Copies, Cancel));
        Assert.Equal((1, 0), (await books.Count("SELECT COUNT(*) FROM seal"), Copies.LastBlock()));

        await Sealer(books).Run(Full, Day, Copies, Cancel);
        Assert.Equal((2, 2), (await books.Count("SELECT COUNT(*) FROM seal"), Copies.LastBlock()));
        Assert.Equal(Standing.Holds, (await Check(books)).Standing);
    }

    [Fact]
    public async Task Sealing_while_others_post_leaves_no_journal_out()
    {
        await using var books = await Open();
        var posting = Task.WhenAll(Enumerable.Range(0, 6).Select(caller => Post(books, 40, $"c{caller}:")));

        while (!posting.IsCompleted)
        {
            await Sealer(books).Run(Full, Day, Copies, Cancel);
        }

        await posting;
        _clock.Advance(Day + TimeSpan.FromMinutes(1));
        await Sealer(books).Run(Full, Day, Copies, Cancel);

        Assert.Equal(240, await books.Count("SELECT SUM(journals) FROM seal"));
        Assert.Equal(Standing.Holds, (await Check(books)).Standing);
    }

    [Fact]
    public async Task Two_sealers_at_once_seal_each_block_once()
    {
        await using var books = await Open();
        await Post(books, 40);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Sealer(books).Run(Full, Day, Copies, Cancel)));

        await Sealer(books).Run(Full, Day, Copies, Cancel);
        Assert.Equal(4, await books.Count("SELECT COUNT(*) FROM seal"));
        Assert.Equal(Standing.Holds, (await Check(books)).Standing);
    }

    [Fact]
    public async Task A_copy_that_differs_or_is_missing_or_has_no_block_is_found()
    {
        await using var books = await Open();
        await Post(books, 20);
        await Sealer(books).Run(Full, Day, Copies, Cancel);
        var first = _folder.GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal).First();
        var right = await File.ReadAllTextAsync(first.FullName, Cancel);

        await File.WriteAllTextAsync(first.FullName, right.Replace("\"journals\": 10", "\"journals\": 9", StringComparison.Ordinal), Cancel);
        Assert.Equal(["block 1 is not what its copy says"], (await Check(books)).Findings);

        await File.WriteAllTextAsync(first.FullName, right, Cancel);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "seal-0000000003.json"), right, Cancel);
        Assert.Equal(["block 3 has a copy and is not in the books"], (await Check(books)).Findings);

        first.Delete();
        Assert.Contains("block 1 has no copy", (await Check(books)).Findings.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_block_that_is_sealed_while_the_books_are_read_is_no_break()
    {
        await using var books = await Open();
        await Post(books, 20);
        var meanwhile = new MeanwhileClock(() => SealAll(books));

        var report = await new BooksAudit(books.Database, meanwhile).Verify(
            new BooksEvidence { Seals = Copies }, cancel: Cancel);

        Assert.Equal(2, Copies.LastBlock());
        Assert.Empty(report.Invariants.Single(found => found.Id == "15c").Findings);
    }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static async Task Post(TestBook books, int count, string prefix = "")
    {
        for (var at = 0; at < count; at++)
        {
            await books.Fund(Customer(at % 3), 5 + at, $"{prefix}{at}");
        }
    }

    protected Sealer Sealer(TestBook books) => new(books.Database, new NoCheckpoint(), _clock);

    protected async Task SealAll(TestBook books) => await Sealer(books).Run(Full, Day, Copies, Cancel);

    protected async Task<InvariantResult> Check(TestBook books) =>
        (await new BooksAudit(books.Database, _clock).Verify(new BooksEvidence { Seals = Copies }, cancel: Cancel))
            .Invariants.Single(found => found.Id == "15c");

    /// <summary>Asked for the time between two reads of the audit, it lets others work first.</summary>
    private sealed class MeanwhileClock(Func<Task> work) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            work().GetAwaiter().GetResult();
            return base.GetUtcNow();
        }
    }

    private sealed class CrashAt(string name) : ICheckpoint
    {
        public void Reach(string reached)
        {
            if (reached == name)
            {
                throw new IOException("the process ends here");
            }
        }
    }
}
