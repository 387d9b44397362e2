using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Grains.Payments;
using Marketplace.Grains.Payouts;
using Marketplace.Grains.Tests.Payouts;
using Marketplace.Ledger.Payments;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;

namespace Marketplace.Grains.Tests.Rails;

/// <summary>Standing addresses on the real virtual machine, behind a first node that is of another chain.</summary>
[Trait("Category", "Chain")]
public sealed class LocalnetStandingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_arrives_at_an_address_is_credited_and_swept_by_two_signatures_through_lost_sends()
    {
        if (SolanaLocalnet.WhyUnavailable() is { } reason)
        {
            Assert.Skip(reason);
        }

        await using var chain = await SolanaLocalnet.StartAsync(Cancel, slotMilliseconds: 0);
        await using var other = await SolanaLocalnet.StartAsync(Cancel, slotMilliseconds: 0);
        await using var books = await PaymentBooks.Open(TimeProvider.System);
        using var key = Keypair.Generate();
        var rail = new SolanaRail([other.Rpc, chain.Rpc, chain.Rpc], chain.UsdcMint, new FileSigner(key), 1_000_000_000);
        await chain.Rpc.RequestAirdropAsync(rail.Treasury, 5_000_000_000, Cancel);
        await chain.MintUsdcAsync(rail.Treasury, 1, Cancel);
        var keys = new DepositKeys([.. Enumerable.Repeat((byte)9, 32)]);
        var customer = PaymentBooks.Customer(1);
        using var owned = keys.Of(customer);
        var rows = new DepositAddressRows(books.Database, TimeProvider.System);
        var account = AssociatedTokenProgram.Address(owned.PublicKey, chain.UsdcMint);
        await rows.Open(new StandingAddress(customer, owned.PublicKey.ToString(), account.ToString()), Cancel);
        await chain.MintUsdcAsync(owned.PublicKey, 2_500_000, Cancel);
        await chain.AdvanceAsync(40, Cancel);
        await chain.SetFaultAsync(new() { ["kind"] = "ack_only", ["method"] = "sendTransaction", ["count"] = 2 }, Cancel);
        var scan = rail.OpenDeposits(chain.GenesisHash.ToString(), new DepositSetting(
            books.Deposits, books.Chunks, new NoCheckpoint(), (why, _) => throw new InvalidOperationException(why))
        {
            Standing = new StandingSetting(rows, keys, new NetworkFees(books.Book), Usdc.FromMicros(1_000_000)),
        });

        for (var looks = 0; looks < 4; looks++)
        {
            await scan.Look(Cancel);
            await chain.AdvanceAsync(40, Cancel);
        }

        await scan.Look(Cancel);
        var treasury = await chain.Rpc.GetTokenAccountBalanceAsync(rail.TreasuryAccount, ReadOptions.Finalized, Cancel);
        Assert.Equal(2_500_001UL, treasury.Value.Amount);
        Assert.Equal(2_500_000, (await books.Book.Balance(Chart.Available(customer), Cancel)).Amount);
        Assert.Equal(0, (await books.Book.Balance(Chart.Deposits, Cancel)).Amount);
        Assert.Equal(2_500_001, await books.Treasury());
        Assert.Equal(10_000, (await books.Book.Balance(Chart.NetworkCost, Cancel)).Amount);
        await books.AssertBalanced();
    }
}
