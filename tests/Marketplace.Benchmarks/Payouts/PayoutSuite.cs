using System.Diagnostics;
using System.Security.Cryptography;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;

namespace Marketplace.Benchmarks.Payouts;

/// <summary>
/// USDC transfers a second to finality on the local chain: transactions of fifteen payees, as a payout lane builds them,
/// signed and sent by several lanes that each wait until theirs is final. The books take no part. With <c>--books</c>
/// the product's own lanes pay, see <see cref="LaneRun"/>; <c>--room</c> counts what a transaction holds.
/// </summary>
internal sealed class PayoutSuite : IBenchmarkSuite
{
    private const int PayeesPerTransaction = 15;
    private const int SlotMilliseconds = 40;
    private const int SlotsToFinality = 32;
    private const byte Decimals = 6;
    private const long TreasuryMicros = 1_000_000_000;
    private const ulong Lamports = 100_000_000_000;

    public string Name => "payouts";

    public string Usage => "[--transactions N] [--lanes N] [--books sqlite|postgresql] | --room 1";

    public async Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        var transactions = options.Number("--transactions", fallback: 128, min: 1, max: 100_000);
        var lanes = options.Number("--lanes", fallback: 16, min: 1, max: 512);
        var books = options.Text("--books");
        var isAboutRoom = options.Number("--room", fallback: 0, min: 1, max: 1) == 1;
        options.ExpectNoMore();

        if (isAboutRoom)
        {
            return TransactionRoom.Measure();
        }

        if (books is not (null or "sqlite" or "postgresql"))
        {
            throw new FormatException($"--books {books}: expected sqlite or postgresql");
        }

        if (SolanaLocalnet.WhyUnavailable() is { } why)
        {
            await Console.Error.WriteLineAsync($"payouts left out: {why}");
            return [];
        }

        if (books is not null)
        {
            return await LaneRun.Measure(books, transactions, lanes, cancel);
        }

        await Console.Error.WriteLineAsync(
            $"payouts: transfers to finality through the local chain ({SlotMilliseconds} ms slots, finality after 32),"
            + $" {PayeesPerTransaction} a transaction, {lanes} lanes; without the books");
        await using var chain = await SolanaLocalnet.StartAsync(cancel, SlotMilliseconds);
        using var treasury = Keypair.FromSeed(RandomNumberGenerator.GetBytes(Keypair.SeedLength));
        await chain.FinalizedAsync(await chain.Rpc.RequestAirdropAsync(treasury.PublicKey, Lamports, cancel), cancel);
        await chain.MintUsdcAsync(treasury.PublicKey, TreasuryMicros, cancel);
        var payees = await OpenPayees(chain, cancel);

        await Send(chain, treasury, payees, lanes, lanes, cancel);
        var processor = Environment.CpuUsage.TotalTime;
        var ofTheChain = chain.ProcessorTime;
        var watch = Stopwatch.StartNew();
        await Send(chain, treasury, payees, transactions, lanes, cancel);
        var payouts = transactions * PayeesPerTransaction;

        // Seconds tell of the machine as well; what the processor did is the same whoever else it works for.
        return
        [
            new("payouts", payouts / watch.Elapsed.TotalSeconds, "1/s"),
            new("payouts.processor", (Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / payouts, "us"),
            new("payouts.chain.processor", (chain.ProcessorTime - ofTheChain).TotalMicroseconds / payouts, "us"),
        ];
    }

    private static async Task<PublicKey[]> OpenPayees(SolanaLocalnet chain, CancellationToken cancel)
    {
        var accounts = new PublicKey[PayeesPerTransaction];

        for (var at = 0; at < accounts.Length; at++)
        {
            using var payee = Keypair.FromSeed(RandomNumberGenerator.GetBytes(Keypair.SeedLength));
            accounts[at] = await chain.MintUsdcAsync(payee.PublicKey, 1, cancel);
        }

        return accounts;
    }

    private static Task Send(
        SolanaLocalnet chain, Keypair treasury, PublicKey[] payees, int transactions, int lanes, CancellationToken cancel) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, transactions),
            new ParallelOptions { MaxDegreeOfParallelism = lanes, CancellationToken = cancel },
            async (number, stop) =>
            {
                var latest = await chain.Rpc.GetLatestBlockhashAsync(ReadOptions.Confirmed, stop);
                var message = Message.Compile(
                    treasury.PublicKey,
                    latest.Value.Blockhash,
                    [
                        MemoProgram.Note($"bench {transactions} {number}"),
                        .. payees.Select(payee => Transfer(chain, treasury.PublicKey, payee)),
                    ]);
                var wire = new Transaction([treasury.Sign(message.Encode())], message).Encode();
                var signature = await chain.Rpc.SendTransactionAsync(wire, new SendOptions(), stop);

                // Nothing is final sooner: who asks earlier only keeps the node from its work.
                await Task.Delay(SlotsToFinality * SlotMilliseconds, stop);
                var status = await chain.FinalizedAsync(signature, stop);

                if (status.Error is { } error)
                {
                    throw new InvalidOperationException($"A transaction failed: {error}");
                }
            });

    private static Instruction Transfer(SolanaLocalnet chain, PublicKey owner, PublicKey payee) =>
        TokenProgram.TransferChecked(new TokenTransfer
        {
            Source = AssociatedTokenProgram.Address(owner, chain.UsdcMint),
            Mint = chain.UsdcMint,
            Destination = payee,
            Owner = owner,
            Amount = 1,
            Decimals = Decimals,
        });
}
