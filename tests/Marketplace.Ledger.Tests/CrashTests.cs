using System.Diagnostics;
using Marketplace.Domain.Ledger;
using Marketplace.Ledger.Verify;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests;

public sealed class CrashTests
{
    private const int Kills = 5;
    private const int AnswersBeforeKill = 60;
    private static readonly TimeSpan StartMax = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_killed_writer_loses_nothing_it_was_told_and_leaves_the_books_balanced()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var books = await SqliteFiles.Open();
        await books.Fund(Customer(), 1_000_000_000);
        await books.Book.Post(Entry.Of(LeaseJournals.Fund("job_x", 1, Customer(), Usdc.Zero, Micros(1_000_000_000))), cancel);
        var told = new List<string>();

        for (var kill = 0; kill < Kills; kill++)
        {
            told.AddRange(await WriteUntilKilled(((Storage.Sqlite.SqliteDataSource)books.Source).Path));

            var report = await new BooksAudit(books.Database, TimeProvider.System).Verify(cancel: cancel);
            Assert.All(report.Invariants, found => Assert.True(found.Standing != Standing.Broken, string.Join('\n', found.Findings)));
        }

        var written = await books.Count("SELECT COUNT(*) FROM command WHERE kind = 'charge'");
        Assert.Equal(Kills * AnswersBeforeKill, told.Count);
        Assert.True(written >= told.Count, $"{told.Count} answers, {written} journals");
        Assert.Equal(1_000_000_000 - (written * 10), await books.Free(Chart.Escrow("job_x")));

        foreach (var key in told)
        {
            Assert.Equal(1, await books.Count($"SELECT COUNT(*) FROM command WHERE key = '{key}'"));
        }
    }

    private static async Task<IReadOnlyList<string>> WriteUntilKilled(string path)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CrashTests).Assembly.Location, CrashWriter.Word, path])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(StartMax);
        var told = new List<string>();

        try
        {
            while (told.Count < AnswersBeforeKill)
            {
                var line = await process.StandardOutput.ReadLineAsync(deadline.Token)
                    ?? throw new InvalidOperationException("The writer ended by itself.");
                Assert.StartsWith("charge:", line, StringComparison.Ordinal);
                told.Add(line);
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return told;
    }
}
