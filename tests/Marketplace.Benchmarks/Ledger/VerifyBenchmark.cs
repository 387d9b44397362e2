using System.Data.Common;
using System.Diagnostics;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;
using Marketplace.Ledger;
using Marketplace.Ledger.Seals;
using Marketplace.Ledger.Verify;

namespace Marketplace.Benchmarks.Ledger;

/// <summary>
/// How long an audit of the whole books takes: jobs with escrow, charge, receipt and close, sealed in blocks, as many
/// as make the wanted number of postings.
/// </summary>
internal static class VerifyBenchmark
{
    private const int PostingsPerJob = 7;
    private const int JobsPerEntry = 20;
    private const int EntriesAtOnce = 8;
    private const int Customers = 64;
    private const int SealEvery = 1_000;
    private const long EscrowMicros = 1_000;

    public static async Task<IReadOnlyList<BenchmarkResult>> Run(
        string engine, LedgerDatabase database, DbDataSource source, int postings, CancellationToken cancel)
    {
        await Fill(database, postings, cancel);
        await Settle(engine, source, cancel);
        var copies = new SealFolder(Path.Combine(Path.GetTempPath(), $"seals-{engine}-{Environment.ProcessId}"));

        try
        {
            var sealer = new Sealer(database, new NoCheckpoint(), TimeProvider.System);
            var watch = Stopwatch.StartNew();

            while (await sealer.Run(SealEvery, TimeSpan.FromDays(1), copies, cancel) > 0)
            {
            }

            var sealedIn = watch.Elapsed;
            var begun = Process.GetCurrentProcess().TotalProcessorTime;
            watch.Restart();
            var report = await new BooksAudit(database, TimeProvider.System).Verify(
                new BooksEvidence { Seals = copies }, cancel: cancel);
            var (elapsed, busy) = (watch.Elapsed, Process.GetCurrentProcess().TotalProcessorTime - begun);

            return report.Holds
                ?
                [
                    new($"verify.{engine}", elapsed.TotalSeconds, "s"),
                    new($"verify.{engine}.cpu", busy.TotalSeconds, "s"),
                    new($"verify.{engine}.seals", sealedIn.TotalSeconds, "s"),
                    new($"verify.{engine}.journals", report.Journals, string.Empty),
                ]
                : throw new InvalidOperationException($"The books do not hold: {report.Breaks()}");
        }
        finally
        {
            Directory.Delete(copies.Path, recursive: true);
        }
    }

    private static async Task Fill(LedgerDatabase database, int postings, CancellationToken cancel)
    {
        using var book = new Book(database, TimeProvider.System);
        var jobs = postings / PostingsPerJob;

        foreach (var customer in Enumerable.Range(0, Customers))
        {
            await Post(book, Entry.Of(CardJournals.TopUp($"pi_{customer}", Customer(customer), Cents.From(100_000_000))), cancel);
        }

        var entries = Enumerable.Range(0, jobs / JobsPerEntry).ToArray();

        foreach (var round in entries.Chunk(EntriesAtOnce))
        {
            await Task.WhenAll(round.Select(number => Post(book, Jobs(number), cancel)));
        }
    }

    /// <summary>What autovacuum would have done by itself: the planner knows the sizes.</summary>
    private static async Task Settle(string engine, DbDataSource source, CancellationToken cancel)
    {
        await using var command = source.CreateCommand(engine == "sqlite" ? "PRAGMA optimize" : "ANALYZE");
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static Entry Jobs(int number)
    {
        var jobs = Enumerable.Range(number * JobsPerEntry, JobsPerEntry).ToArray();

        return new()
        {
            Journals = [.. jobs.SelectMany(Journals)],
            Register = [.. jobs.Select(job => new RegisterRow("job", Work(job), Customer(job).Value, "succeeded", "{}", null))],
            Receipts =
            [
                .. jobs.Select(job => new NewReceipt(
                    ReceiptId.From(PrefixedId.Derive("receipt", $"{job}")),
                    Work(job),
                    Customer(job),
                    Provider(job),
                    $$"""{"kind":"render","charge":"{{Usdc.FromMicros(Charge(job))}}"}""")),
            ],
        };
    }

    private static IEnumerable<Journal> Journals(int job) =>
    [
        LeaseJournals.Fund(Work(job), 0, Customer(job), Usdc.Zero, Usdc.FromMicros(EscrowMicros)),
        LeaseJournals.Charge(Work(job), Provider(job), Usdc.FromMicros(Charge(job)), feeBasisPoints: 1_000),
        LeaseJournals.Close(Work(job), Customer(job), Usdc.Zero, Usdc.FromMicros(EscrowMicros - Charge(job))),
    ];

    private static string Work(int job) => PrefixedId.Write("job_", PrefixedId.Derive("job", $"{job}"));

    private static long Charge(int job) => 100 + (job % 800);

    private static AccountId Customer(int n) => AccountId.From(PrefixedId.Derive("customer", $"{n % Customers}"));

    private static ProviderId Provider(int n) => ProviderId.From(PrefixedId.Derive("provider", $"{n % Customers}"));

    private static async Task Post(Book book, Entry entry, CancellationToken cancel)
    {
        if (await book.Post(entry, cancel) is not PostOutcome.Posted and var outcome)
        {
            throw new InvalidOperationException($"An entry was answered {outcome}.");
        }
    }
}
