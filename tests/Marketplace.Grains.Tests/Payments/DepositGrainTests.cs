using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Grains.Tests.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Tests.Payments;

/// <summary>From the URL to the balance, through grains, watcher and chain.</summary>
public sealed class DepositGrainTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deposit_paid_by_its_url_reaches_the_customers_balance_without_anybody_asking()
    {
        await using var cluster = await SettlementCluster.Open();
        var customer = PaymentBooks.Customer(1);
        var deposit = cluster.Grains.GetGrain<IDepositGrain>(DepositId.From(PrefixedId.Derive("deposit", "1")).Value);
        var opened = await deposit.Open(customer, Usdc.FromMicros(12_500_000), Cancel);
        Assert.Equal(opened.Url, (await deposit.Open(customer, Usdc.FromMicros(12_500_000), Cancel)).Url);
        Assert.StartsWith($"solana:{cluster.Rail.Treasury}?amount=12.5&", opened.Url, StringComparison.Ordinal);

        await Pay(cluster, opened);
        cluster.Chain.Advance(40);

        var paid = await SettlementCluster.Until(
            () => deposit.Describe(Cancel), view => view?.State == "received", "the deposit is received");
        Assert.Equal(Usdc.FromMicros(12_500_000), paid!.Received);
        Assert.Single(paid.Signatures);
        var balance = await cluster.Books.Book.Balance(Chart.Available(customer), Cancel);
        Assert.Equal(12_500_000, balance.Amount);
        Assert.Equal(12_500_000, (await deposit.Check(Cancel))!.Received.Micros);
    }

    private static async Task Pay(SettlementCluster cluster, DepositView deposit)
    {
        using var payer = LaneScene.Wallet(3);
        cluster.Chain.SetLamports(payer.PublicKey, 1_000_000_000);
        cluster.Chain.MintUsdc(payer.PublicKey, 20_000_000);
        cluster.Chain.MintUsdc(cluster.Rail.Treasury, 0);
        var latest = await cluster.Chain.GetLatestBlockhashAsync(ReadOptions.Processed, Cancel);
        var transfer = TokenProgram.TransferChecked(new TokenTransfer
        {
            Source = AssociatedTokenProgram.Address(payer.PublicKey, cluster.Rail.Mint),
            Mint = cluster.Rail.Mint,
            Destination = cluster.Rail.TreasuryAccount,
            Owner = payer.PublicKey,
            Amount = 12_500_000,
            Decimals = 6,
        });
        var message = Message.Compile(
            payer.PublicKey, latest.Value.Blockhash, [transfer.WithReferences(PublicKey.Parse(deposit.Reference))]);
        cluster.Chain.Execute(new Transaction([payer.Sign(message.Encode())], message).Encode());
    }
}
