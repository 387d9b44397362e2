using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Abstractions.Accounts;
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
        var opened = (await deposit.Open(customer, Usdc.FromMicros(12_500_000), Cancel))!;
        Assert.Equal(opened.Url, (await deposit.Open(customer, Usdc.FromMicros(12_500_000), Cancel))!.Url);
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

    [Fact]
    public async Task A_transfer_without_a_reference_is_shown_with_its_sender_and_given_to_one_account_once()
    {
        await using var cluster = await SettlementCluster.Open();
        var (owner, other) = (PaymentBooks.Customer(1), PaymentBooks.Customer(2));
        await cluster.Grains.GetGrain<IAccountGrain>(owner.Value).Open("owner", live: true, Cancel);
        await cluster.Grains.GetGrain<IAccountGrain>(other.Value).Open("other", live: true, Cancel);
        var suspense = cluster.Grains.GetGrain<ISuspenseGrain>(0);
        await Pay(cluster, null);
        cluster.Chain.Advance(40);
        var waiting = Assert.Single(
            await SettlementCluster.Until(() => suspense.List(10, Cancel), list => list.Count > 0, "it is in suspense"));
        Assert.Equal(LaneScene.Wallet(3).PublicKey.ToString(), waiting.Sender);
        var act = new AdminAct("test", "the customer named the transaction");

        Assert.IsType<SuspenseOutcome.Unknown>(await suspense.Match("nothing", owner, act, Cancel));
        Assert.IsType<SuspenseOutcome.NoAccount>(
            await suspense.Match(waiting.Signature, PaymentBooks.Customer(3), act, Cancel));

        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(
                new SuspenseOutcome.Matched(Usdc.FromMicros(12_500_000)),
                await suspense.Match(waiting.Signature, owner, act, Cancel));
        }

        Assert.IsType<SuspenseOutcome.Owned>(await suspense.Match(waiting.Signature, other, act, Cancel));
        Assert.Equal(12_500_000, (await cluster.Books.Book.Balance(Chart.Available(owner), Cancel)).Amount);
        Assert.Equal(0, (await cluster.Books.Book.Balance(Chart.Suspense, Cancel)).Amount);
        Assert.Empty(await suspense.List(10, Cancel));
        await cluster.Books.AssertBalanced();
    }

    [Theory]
    [InlineData(20_000_000, "partial")]
    [InlineData(12_000_000, "overpaid")]
    public async Task What_arrives_is_credited_also_when_it_is_less_or_more_than_was_announced(long announced, string state)
    {
        await using var cluster = await SettlementCluster.Open();
        var customer = PaymentBooks.Customer(1);
        var deposit = cluster.Grains.GetGrain<IDepositGrain>(DepositId.From(PrefixedId.Derive("deposit", "1")).Value);
        var opened = (await deposit.Open(customer, Usdc.FromMicros(announced), Cancel))!;
        await Pay(cluster, opened);
        cluster.Chain.Advance(40);

        await SettlementCluster.Until(
            () => deposit.Describe(Cancel), view => view?.State == state, $"the deposit is {state}");

        Assert.Equal(12_500_000, (await cluster.Books.Book.Balance(Chart.Available(customer), Cancel)).Amount);
    }

    private static async Task Pay(SettlementCluster cluster, DepositView? deposit)
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
            payer.PublicKey,
            latest.Value.Blockhash,
            [deposit is null ? transfer : transfer.WithReferences(PublicKey.Parse(deposit.Reference))]);
        cluster.Chain.Execute(new Transaction([payer.Sign(message.Encode())], message).Encode());
    }
}
