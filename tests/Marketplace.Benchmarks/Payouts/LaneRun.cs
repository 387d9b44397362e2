using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Marketplace.Benchmarks.Ledger;
using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;
using Marketplace.Ledger.Verify;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Testing.Solana;

namespace Marketplace.Benchmarks.Payouts;

/// <summary>
/// Payouts a second by the product's lanes: holds, stored bytes, permits, nonces, finality and journals, through the
/// local chain. The payout grains take no part. The books are audited and compared with the chain afterwards.
/// </summary>
internal static class LaneRun
{
    private const int SlotMilliseconds = 40;
    private const int Providers = 256;

    /// <summary>So many that one comes again after a hundred chunks.</summary>
    private const int Wallets = 100 * Chunk.PayoutsMax;
    private const long EarnedMicros = 1_000_000_000;
    private const ulong Lamports = 1_000_000_000_000;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static Task<IReadOnlyList<BenchmarkResult>> Measure(
        string books, int transactions, int lanes, CancellationToken cancel) => books == "sqlite"
        ? LedgerSuite.InSqlite((database, source) => Measure(
            new Load(books, transactions, lanes), database, source, LedgerScripts.SqlitePrefix, cancel))
        : LedgerSuite.InPostgres(
            (database, source) => Measure(
                new Load(books, transactions, lanes), database, source, LedgerScripts.PostgreSqlPrefix, cancel),
            cancel);

    private static async Task<IReadOnlyList<BenchmarkResult>> Measure(
        Load load, LedgerDatabase database, DbDataSource source, string scripts, CancellationToken cancel)
    {
        await Console.Error.WriteLineAsync(
            $"payouts: the product's lanes with books on {load.Books} through the local chain ({SlotMilliseconds} ms"
            + $" slots, finality after 32), {Chunk.PayoutsMax} a transaction, {load.Lanes} lanes");
        await LedgerSuite.Migrate(source, scripts, cancel);
        using var book = new Book(database, TimeProvider.System);
        await using var chain = await SolanaLocalnet.StartAsync(cancel, SlotMilliseconds);
        using var key = Keypair.FromSeed(RandomNumberGenerator.GetBytes(Keypair.SeedLength));
        await chain.FinalizedAsync(await chain.Rpc.RequestAirdropAsync(key.PublicKey, Lamports, cancel), cancel);
        await chain.MintUsdcAsync(key.PublicKey, Providers * EarnedMicros, cancel);
        var wallets = await OpenWallets(chain, cancel);
        await Earn(book, cancel);

        var rail = new SolanaRail([chain.Rpc], chain.UsdcMint, new FileSigner(key), 1_000_000_000);
        var asked = new ConcurrentQueue<IReadOnlyList<ChunkPayout>>();
        var workers = Enumerable.Range(0, load.Lanes)
            .Select(number => new Worker(rail, chain.GenesisHash, database, book, asked, number))
            .ToArray();

        // The lanes open their accounts and pay once, so that what is measured is a lane at work.
        Ask(asked, wallets, "warm", load.Lanes);
        await Run(workers, cancel);
        Ask(asked, wallets, "run", load.Transactions);
        var processor = Environment.CpuUsage.TotalTime;
        var ofTheChain = chain.ProcessorTime;
        var watch = Stopwatch.StartNew();
        await Run(workers, cancel);
        var seconds = watch.Elapsed.TotalSeconds;
        var used = Environment.CpuUsage.TotalTime - processor;
        var usedByChain = chain.ProcessorTime - ofTheChain;
        var payouts = load.Transactions * Chunk.PayoutsMax;
        await Check(chain, book, database, key.PublicKey, cancel);
        return
        [
            new($"payouts.{load.Books}", payouts / seconds, "1/s"),
            new($"payouts.{load.Books}.processor", used.TotalMicroseconds / payouts, "us"),
            new($"payouts.{load.Books}.chain.processor", usedByChain.TotalMicroseconds / payouts, "us"),
        ];
    }

    private static async Task<PublicKey[]> OpenWallets(SolanaLocalnet chain, CancellationToken cancel)
    {
        var wallets = new PublicKey[Wallets];

        for (var at = 0; at < wallets.Length; at++)
        {
            using var payee = Keypair.FromSeed(RandomNumberGenerator.GetBytes(Keypair.SeedLength));
            wallets[at] = payee.PublicKey;
            await chain.MintUsdcAsync(payee.PublicKey, 1, cancel);
        }

        // What lanes read is final.
        await Task.Delay(TimeSpan.FromMilliseconds(40 * SlotMilliseconds), cancel);
        return wallets;
    }

    private static ProviderId Provider(int number) =>
        ProviderId.From(PrefixedId.Derive("bench", number.ToString(CultureInfo.InvariantCulture)));

    private static async Task Earn(Book book, CancellationToken cancel)
    {
        await book.Post(Entry.Of(PayoutJournals.FundFeePayer("bench", (long)Lamports)), cancel);

        for (var number = 0; number < Providers; number++)
        {
            var journal = new Journal(
                $"earn:{number}",
                "bench",
                [.. Journal.Move(Chart.Treasury, Chart.Payable(Provider(number)), Usdc.FromMicros(EarnedMicros))]);

            if (!(await book.Post(Entry.Of(journal), cancel)).Stands)
            {
                throw new InvalidOperationException("The books refuse the earnings.");
            }
        }
    }

    private static void Ask(
        ConcurrentQueue<IReadOnlyList<ChunkPayout>> asked, PublicKey[] wallets, string round, int chunks)
    {
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            asked.Enqueue(
            [
                .. Enumerable.Range(chunk * Chunk.PayoutsMax, Chunk.PayoutsMax).Select(number => new ChunkPayout(
                    PayoutId.From(PrefixedId.Derive(round, $"{number}")),
                    Provider(number % Providers),
                    wallets[number % wallets.Length].ToString(),
                    Usdc.FromMicros(1),
                    Usdc.Zero)),
            ]);
        }
    }

    private static async Task Run(IReadOnlyList<Worker> workers, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limit);
        await Task.WhenAll(workers.Select(worker => Task.Run(() => worker.Run(limit.Token), limit.Token)));
    }

    private static async Task Check(
        SolanaLocalnet chain, Book book, LedgerDatabase database, PublicKey treasury, CancellationToken cancel)
    {
        var report = await new BooksAudit(database, TimeProvider.System).Verify(cancel: cancel);
        var account = Marketplace.Solana.Programs.AssociatedTokenProgram.Address(treasury, chain.UsdcMint);
        var there = await chain.Rpc.GetTokenAccountBalanceAsync(
            account, Marketplace.Solana.Rpc.ReadOptions.Finalized, cancel);
        var booked = (await book.Balance(Chart.Treasury, cancel)).Amount;

        if (!report.Holds || (long)there.Value.Amount != booked)
        {
            throw new InvalidOperationException(
                $"The books do not hold after the run: {booked} micro-USDC booked, {there.Value.Amount} on the chain.");
        }
    }

    private sealed record Load(string Books, int Transactions, int Lanes);

    private sealed class Worker
    {
        private readonly BenchDesk _desk;
        private readonly PayoutLane _lane;

        public Worker(
            SolanaRail rail,
            Hash genesis,
            LedgerDatabase database,
            Book book,
            ConcurrentQueue<IReadOnlyList<ChunkPayout>> asked,
            int number)
        {
            _desk = new BenchDesk(asked);
            _lane = new PayoutLane(rail, genesis, new LaneSetting
            {
                Lane = rail.LaneName(number),
                Holder = "bench",
                Chunks = new PayoutChunks(database, TimeProvider.System),
                Book = book,
                Cursors = new DepositRows(database, TimeProvider.System),
                Desk = _desk,
                Options = new PayoutOptions { SignedPerHourMaxUsdc = 1_000_000, SignedPerDayMaxUsdc = 1_000_000 },
                Clock = TimeProvider.System,
                Checkpoint = new NoCheckpoint(),
                NewChunk = () => ChunkId.From(Guid.CreateVersion7()),
            });
        }

        public async Task Run(CancellationToken cancel)
        {
            while (_desk.TakeNext())
            {
                LaneReport report;

                // As its grain does: at once while it can go on, at a pace while the chain has to move.
                while ((report = await _lane.Step(cancel)).Next != LaneNext.WhenWoken)
                {
                    if (report.Trouble is { } trouble)
                    {
                        await Console.Error.WriteLineAsync(trouble);
                    }

                    if (report.Next == LaneNext.Later)
                    {
                        await Task.Delay(Pace, cancel);
                    }
                }
            }
        }
    }
}
