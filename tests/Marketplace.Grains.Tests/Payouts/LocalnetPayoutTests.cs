using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>The same lane against a chain that executes with the real virtual machine.</summary>
[Trait("Category", "Chain")]
public sealed class LocalnetPayoutTests
{
    private static readonly TimeSpan PaidMax = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lane_opens_its_accounts_and_pays_two_wallets_through_lost_calls()
    {
        if (SolanaLocalnet.WhyUnavailable() is { } reason)
        {
            Assert.Skip(reason);
        }

        await using var chain = await SolanaLocalnet.StartAsync(Cancel);
        await using var books = await PaymentBooks.Open(TimeProvider.System);
        using var key = Keypair.Generate();
        var rail = new SolanaRail([chain.Rpc], chain.UsdcMint, new FileSigner(key), 1_000_000_000);
        await chain.Rpc.RequestAirdropAsync(rail.Treasury, 5_000_000_000, Cancel);
        var desk = new TestDesk(books.Chunks);
        var lane = new PayoutLane(rail, chain.GenesisHash, new LaneSetting
        {
            Lane = "lane_0",
            Holder = "worker",
            Chunks = books.Chunks,
            Book = books.Book,
            Cursors = books.Deposits,
            Desk = desk,
            Options = new PayoutOptions { SendEvery = TimeSpan.FromMilliseconds(200) },
            Clock = TimeProvider.System,
            Checkpoint = new NoCheckpoint(),
            NewChunk = () => ChunkId.From(Guid.CreateVersion7()),
        });
        var payouts = new List<ChunkPayout>();

        for (var number = 1; number <= 2; number++)
        {
            var provider = PaymentBooks.Provider(number);
            await books.Earn(provider, 1_000_000 * number, $"earn:{number}");
            await chain.MintUsdcAsync(rail.Treasury, 1_000_000 * number, Cancel);
            payouts.Add(new ChunkPayout(
                PayoutId.From(PrefixedId.Derive("payout", $"{number}")),
                provider,
                LaneScene.Wallet(number).PublicKey.ToString(),
                Usdc.FromMicros(1_000_000 * number),
                Usdc.Zero));
            desk.Ask(payouts[^1]);
        }

        await chain.SetFaultAsync(new() { ["kind"] = "ack_only", ["count"] = 1 }, Cancel);
        await chain.SetFaultAsync(new() { ["kind"] = "drop_after", ["count"] = 2 }, Cancel);
        await RunUntilPaid(lane, books, payouts[0].Payout);

        foreach (var payout in payouts)
        {
            var account = AssociatedTokenProgram.Address(PublicKey.Parse(payout.Wallet), chain.UsdcMint);
            var balance = await chain.Rpc.GetTokenAccountBalanceAsync(account, ReadOptions.Finalized, Cancel);
            Assert.Equal((ulong)payout.Amount.Micros, balance.Value.Amount);
            Assert.Equal(0, await books.Payable(payout.Provider));
        }

        await books.AssertBalanced();
    }

    private static async Task RunUntilPaid(PayoutLane lane, PaymentBooks books, PayoutId payout)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(PaidMax);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        LaneReport? last = null;

        try
        {
            while (await pace.WaitForNextTickAsync(limit.Token))
            {
                last = await lane.Step(limit.Token);
                var chunks = await books.Chunks.Of(payout, limit.Token);

                if (chunks.Count > 0 && chunks[0].State == ChunkState.Finalized)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{payout} was not paid in {PaidMax}; the lane last said: {last}");
        }
    }
}
