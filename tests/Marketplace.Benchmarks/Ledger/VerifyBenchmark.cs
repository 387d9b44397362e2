using System.Data.Common;
using System.Diagnostics;
using Marketplace.Domain.Ledger;
using Marketplace.Ledger;
using Marketplace.Ledger.Seals;
using Marketplace.Ledger.Verify;
using Marketplace.Storage.Sqlite;
using Npgsql;
using NSec.Cryptography;

namespace Marketplace.Benchmarks.Ledger;

/// <summary>
/// How long an audit of the whole books takes: jobs with escrow, charge, signed receipt and close, sealed in blocks, as
/// many as make the wanted number of postings. Making the books is timed apart.
/// </summary>
internal static class VerifyBenchmark
{
    private const int PostingsPerJob = 7;
    private const int SealEvery = 1_000;

    public static async Task<IReadOnlyList<BenchmarkResult>> Run(
        string engine, LedgerDatabase database, DbDataSource source, int postings, CancellationToken cancel)
    {
        var copies = new SealFolder(Path.Combine(Path.GetTempPath(), $"seals-{engine}-{Environment.ProcessId}"));

        try
        {
            var watch = Stopwatch.StartNew();
            await Fill(engine, database, source, postings / PostingsPerJob, cancel);
            var madeIn = watch.Elapsed;
            watch.Restart();
            var sealer = new Sealer(database, new Domain.NoCheckpoint(), TimeProvider.System);

            while (await sealer.Run(SealEvery, TimeSpan.FromDays(1), copies, cancel) > 0)
            {
            }

            var sealedIn = watch.Elapsed;
            var begun = Process.GetCurrentProcess().TotalProcessorTime;
            watch.Restart();
            var report = await new BooksAudit(database, TimeProvider.System).Verify(
                new BooksEvidence { Seals = copies, Signatures = IsSigned }, cancel: cancel);
            var (elapsed, busy) = (watch.Elapsed, Process.GetCurrentProcess().TotalProcessorTime - begun);

            return report.Holds
                ?
                [
                    new($"verify.{engine}", elapsed.TotalSeconds, "s"),
                    new($"verify.{engine}.cpu", busy.TotalSeconds, "s"),
                    .. report.Timings.Select(part => new BenchmarkResult(
                        $"verify.{engine}.part.{part.Part}", part.Took.TotalSeconds, "s")),
                    new($"verify.{engine}.made", madeIn.TotalSeconds, "s"),
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

    private static async Task Fill(
        string engine, LedgerDatabase database, DbDataSource source, int jobs, CancellationToken cancel)
    {
        using (var book = new Book(database, TimeProvider.System))
        {
            foreach (var customer in Enumerable.Range(0, GeneratedJob.Customers))
            {
                var topUp = CardJournals.TopUp(
                    $"pi_{customer}", GeneratedJob.CustomerOf(customer), Cents.From(100_000_000));

                if (await book.Post(Entry.Of(topUp), cancel) is not PostOutcome.Posted and var outcome)
                {
                    throw new InvalidOperationException($"A top-up was answered {outcome}.");
                }
            }
        }

        var generator = new BooksGenerator();

        await using (IRowSink rows = source is SqliteDataSource file
            ? await SqliteRows.Open(file.Path)
            : await PostgresRows.Open((NpgsqlDataSource)source))
        {
            await generator.Fill(source, rows, jobs);
        }

        await generator.CloseEpochs(database);

        // What autovacuum would have done by itself: the planner knows the sizes.
        await using var command = source.CreateCommand(engine == "sqlite" ? "PRAGMA optimize" : "VACUUM ANALYZE");
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static bool IsSigned(byte[] publicKey, byte[] message, byte[] signature) =>
        PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out var key)
        && SignatureAlgorithm.Ed25519.Verify(key!, message, signature);
}
