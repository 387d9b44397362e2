using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;
using Marketplace.Ledger;
using Marketplace.Ledger.Verify;
using Marketplace.Storage.Sqlite;
using Marketplace.Testing;
using Npgsql;

namespace Marketplace.Benchmarks.Ledger;

/// <summary>
/// Durable charges a second: one journal of three legs (escrow to provider and fee) from callers that each wait for
/// their answer. The books are audited afterwards, so a number comes only from books that balance.
/// </summary>
internal sealed class LedgerSuite : IBenchmarkSuite
{
    private const int Leases = 256;
    private const int Providers = 32;
    private const int FeeBasisPoints = 1_000;
    private const long EscrowMicros = 1_000_000_000_000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public string Name => "ledger";

    public string Usage => "[--callers N] [--seconds N] | --verify POSTINGS";

    /// <summary>PostgreSQL is left out, with its reason on the error stream, where it is missing.</summary>
    public async Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        if (options.Number("--verify", fallback: 0, min: 1_000, max: 100_000_000) is > 0 and var postings)
        {
            options.ExpectNoMore();
            return await Verify(postings, cancel);
        }

        var load = new Load(
            options.Number("--callers", fallback: 64, min: 1, max: 1_024),
            TimeSpan.FromSeconds(options.Number("--seconds", fallback: 8, min: 1, max: 600)));
        options.ExpectNoMore();
        var sqlite = await OnSqlite(load, cancel);
        var results = new List<BenchmarkResult>
        {
            new("charges.sqlite", sqlite.PerSecond, "1/s"),
            new("charges.p99", sqlite.P99.TotalMilliseconds, "ms"),
        };

        if (PostgresServer.IsAvailable)
        {
            var postgres = await OnPostgres(load, cancel);
            results.Add(new("charges.postgresql", postgres.PerSecond, "1/s"));
            results.Add(new("charges.postgresql.p99", postgres.P99.TotalMilliseconds, "ms"));
        }
        else
        {
            await Console.Error.WriteLineAsync($"charges.postgresql left out: {PostgresServer.WhyUnavailable}");
        }

        return results;
    }

    private static Task<Charges> OnSqlite(Load load, CancellationToken cancel) => InSqlite(
        (database, source) => Measure(load, database, source, LedgerScripts.SqlitePrefix, cancel));

    private static async Task<IReadOnlyList<BenchmarkResult>> Verify(int postings, CancellationToken cancel)
    {
        var results = new List<BenchmarkResult>(await InSqlite(async (database, source) =>
        {
            await Migrate(source, LedgerScripts.SqlitePrefix, cancel);
            return await VerifyBenchmark.Run("sqlite", database, source, postings, cancel);
        }));

        if (PostgresServer.IsAvailable)
        {
            var server = await PostgresServer.SkipUnlessAvailable();
            await using var source = NpgsqlDataSource.Create(await server.CreateDatabase(cancel));
            await Migrate(source, LedgerScripts.PostgreSqlPrefix, cancel);
            results.AddRange(await VerifyBenchmark.Run(
                "postgresql", LedgerDatabase.PostgreSql(source), source, postings, cancel));
        }

        return results;
    }

    internal static async Task<T> InSqlite<T>(Func<LedgerDatabase, DbDataSource, Task<T>> measure)
    {
        // Beside the program and not in the temporary folder, which may be memory: the figure is about synced commits.
        var path = Path.Combine(AppContext.BaseDirectory, $"ledger-{Environment.ProcessId}");
        var folder = Directory.CreateDirectory(path);

        try
        {
            await using var source = new SqliteDataSource(Path.Combine(folder.FullName, "ledger.db"));
            return await measure(LedgerDatabase.Sqlite(source), source);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    internal static async Task<T> InPostgres<T>(
        Func<LedgerDatabase, DbDataSource, Task<T>> measure, CancellationToken cancel)
    {
        var server = await PostgresServer.SkipUnlessAvailable();
        var settings = new NpgsqlConnectionStringBuilder(await server.CreateDatabase(cancel))
        {
            // As the host connects.
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
        };
        await using var source = NpgsqlDataSource.Create(settings);
        return await measure(LedgerDatabase.PostgreSql(source), source);
    }

    private static Task<Charges> OnPostgres(Load load, CancellationToken cancel) => InPostgres(
        (database, source) => Measure(load, database, source, LedgerScripts.PostgreSqlPrefix, cancel), cancel);

    private static async Task<Charges> Measure(
        Load load, LedgerDatabase database, DbDataSource source, string scripts, CancellationToken cancel)
    {
        await Migrate(source, scripts, cancel);
        using var book = new Book(database, TimeProvider.System);

        for (var lease = 0; lease < Leases; lease++)
        {
            await book.Post(
                Entry.Of(new Journal(
                    $"fund:{lease}",
                    "fund",
                    [.. Journal.Move(Chart.Treasury, Chart.Escrow($"lse_{lease}"), Usdc.FromMicros(EscrowMicros))])),
                cancel);
        }

        await Charge(book, "warm", load with { Time = WarmUp }, cancel);
        var charges = await Charge(book, "run", load, cancel);
        var report = await new BooksAudit(database, TimeProvider.System).Verify(cancel: cancel);

        return report.Holds ? charges : throw new InvalidOperationException("The books do not hold after the run.");
    }

    internal static async Task Migrate(DbDataSource source, string scripts, CancellationToken cancel)
    {
        foreach (var script in LedgerScripts.Read(scripts))
        {
            await using var command = source.CreateCommand(script.Value);
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    private static async Task<Charges> Charge(Book book, string round, Load load, CancellationToken cancel)
    {
        var latencies = new ConcurrentBag<TimeSpan[]>();
        var watch = Stopwatch.StartNew();

        await Task.WhenAll(Enumerable.Range(0, load.Callers).Select(caller => Task.Run(
            async () =>
            {
                var own = new List<TimeSpan>();

                for (var call = 0; watch.Elapsed < load.Time; call++)
                {
                    var begun = watch.Elapsed;
                    var outcome = await book.Post(Entry.Of(Meter(round, load.Callers, caller, call)), cancel);
                    own.Add(watch.Elapsed - begun);

                    if (outcome is not PostOutcome.Posted)
                    {
                        throw new InvalidOperationException($"A charge was answered {outcome}.");
                    }
                }

                latencies.Add([.. own]);
            },
            cancel)));

        var elapsed = watch.Elapsed;
        var sorted = latencies.SelectMany(own => own).Order().ToArray();

        return new(sorted.Length / elapsed.TotalSeconds, sorted[(int)(sorted.Length * 0.99)]);
    }

    private static Journal Meter(string round, int callers, int caller, int call)
    {
        var lease = $"lse_{((call * callers) + caller) % Leases}";
        var provider = ProviderId.From(PrefixedId.Derive($"{caller % Providers}"));
        var charge = LeaseJournals.Charge(lease, provider, Usdc.FromMicros(1_000 + call), FeeBasisPoints);

        return charge with { Key = $"meter:{lease}:{round}:{caller}:{call}" };
    }

    private sealed record Load(int Callers, TimeSpan Time);

    private sealed record Charges(double PerSecond, TimeSpan P99);
}
