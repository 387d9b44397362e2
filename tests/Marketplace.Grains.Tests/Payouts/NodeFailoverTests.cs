using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Payments;
using Marketplace.Ledger.Payments;
using Marketplace.Solana;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>Three nodes, of which the first is no good: payouts and deposits come to the same end without it.</summary>
public sealed class NodeFailoverTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("down")]
    [InlineData("hangs")]
    [InlineData("denies")]
    [InlineData("lies")]
    [InlineData("of another chain")]
    public async Task A_bad_first_node_neither_stalls_a_payout_nor_has_it_paid_twice(string first)
    {
        await using var scene = await LaneScene.Open(nodes: 3);
        Spoil(scene.Nodes[0], first);
        var payouts = new[] { await scene.Ask(1, 1_250_000), await scene.Ask(2, 7) };

        await scene.RunUntilPaid(payouts);

        foreach (var payout in payouts)
        {
            await scene.AssertPaidOnce(payout);
        }

        Assert.Null(scene.Desk.Frozen);
        await scene.AssertReconciled();
    }

    [Theory]
    [InlineData("down")]
    [InlineData("hangs")]
    [InlineData("denies")]
    [InlineData("lies")]
    [InlineData("of another chain")]
    public async Task A_bad_first_node_neither_hides_a_deposit_nor_makes_it_larger(string first)
    {
        await using var scene = await LaneScene.Open(nodes: 3);
        Spoil(scene.Nodes[0], first);
        var (customer, reference) = await Deposit(scene, 9);

        await Scan(scene).Look(Cancel);
        await Scan(scene).Look(Cancel);
        await Scan(scene).LookAt(reference, Cancel);

        Assert.Equal(9, (await scene.Books.Book.Balance(Chart.Available(customer), Cancel)).Amount);
        Assert.Null(scene.Desk.Frozen);
        await scene.Books.AssertBalanced();
    }

    [Fact]
    public async Task With_two_nodes_one_alone_finalizes_nothing_and_credits_nothing()
    {
        await using var scene = await LaneScene.Open(nodes: 2);
        var (customer, _) = await Deposit(scene, 9);
        scene.Nodes[1].Denies = true;

        await Scan(scene).Look(Cancel);
        Assert.Equal(0, (await scene.Books.Book.Balance(Chart.Available(customer), Cancel)).Amount);

        scene.Nodes[1].Denies = false;
        await Scan(scene).Look(Cancel);
        Assert.Equal(9, (await scene.Books.Book.Balance(Chart.Available(customer), Cancel)).Amount);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task With_two_nodes_and_one_dead_payouts_go_on_only_where_the_word_of_one_is_enough(
        int quorum, bool goesOn)
    {
        await using var scene = await LaneScene.Open(nodes: 2, quorum: quorum);
        scene.Nodes[0].IsDown = true;
        var payout = await scene.Ask(1, 7);

        for (var steps = 0; steps < 60; steps++)
        {
            await scene.StepOnce();
        }

        Assert.Equal(goesOn ? 7UL : 0UL, scene.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
        scene.Nodes[0].IsDown = false;
        await scene.RunUntilPaid(payout);
        await scene.AssertPaidOnce(payout);
    }

    [Theory]
    [InlineData(151, true)]
    [InlineData(20, false)]
    public async Task A_node_whose_finalized_slot_goes_back_freezes_payouts_unless_it_only_lags_a_little(
        ulong back, bool isFrozen)
    {
        await using var scene = await LaneScene.Open(nodes: 2);
        scene.Chain.Advance(400);
        await scene.StepOnce();
        Assert.Null(scene.Desk.Frozen);

        scene.Nodes[1].Lag = back + 11;
        scene.Clock.Advance(TimeSpan.FromSeconds(10));
        await scene.StepOnce();

        Assert.Equal(isFrozen, scene.Desk.Frozen?.Contains("went back", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task The_cursor_does_not_pass_a_transfer_that_only_one_node_knows()
    {
        await using var scene = await LaneScene.Open(nodes: 3);
        var (customer, _) = await Deposit(scene, 9);
        scene.Nodes[0].Denies = true;
        scene.Nodes[1].Denies = true;

        await Scan(scene).Look(Cancel);
        Assert.Null(await scene.Books.Deposits.Cursor(
            $"deposits:{scene.Chain.GenesisHash}:{scene.Rail.TreasuryAccount}", Cancel));

        scene.Nodes[1].Denies = false;
        await Scan(scene).Look(Cancel);
        Assert.Equal(9, (await scene.Books.Book.Balance(Chart.Available(customer), Cancel)).Amount);
    }

    private static void Spoil(SolanaNode node, string how)
    {
        node.IsDown = how == "down";
        node.Hangs = how == "hangs";
        node.Denies = how == "denies";
        node.Lies = how == "lies";
        node.Genesis = how == "of another chain" ? new FakeSolana("another").GenesisHash : null;
    }

    private static DepositScan Scan(LaneScene scene) => new(
        scene.Rail,
        scene.Chain.GenesisHash,
        new DepositSetting(scene.Books.Deposits, scene.Books.Chunks, new NoCheckpoint(), scene.Desk.Freeze));

    /// <summary>A final transfer into the treasury that carries a customer's reference.</summary>
    private static async Task<(Domain.Accounts.AccountId Customer, PublicKey Reference)> Deposit(
        LaneScene scene, ulong micros)
    {
        var customer = PaymentBooks.Customer(1);
        var reference = LaneScene.Wallet(51).PublicKey;
        var id = DepositId.From(PrefixedId.Derive("deposit", "1"));
        await scene.Books.Deposits.Expect(new ExpectedDeposit(id, customer, reference.ToString(), null), Cancel);
        using var payer = LaneScene.Wallet(3);
        scene.Chain.SetLamports(payer.PublicKey, 1_000_000_000);
        scene.Chain.MintUsdc(payer.PublicKey, micros);
        scene.Chain.MintUsdc(scene.Rail.Treasury, 0);
        scene.Chain.Advance(1);
        var latest = await scene.Chain.GetLatestBlockhashAsync(ReadOptions.Processed, Cancel);
        var transfer = TokenProgram.TransferChecked(new TokenTransfer
        {
            Source = AssociatedTokenProgram.Address(payer.PublicKey, scene.Rail.Mint),
            Mint = scene.Rail.Mint,
            Destination = scene.Rail.TreasuryAccount,
            Owner = payer.PublicKey,
            Amount = micros,
            Decimals = Grains.Payouts.SolanaRail.UsdcDecimals,
        });
        var message = Message.Compile(payer.PublicKey, latest.Value.Blockhash, [transfer.WithReferences(reference)]);
        scene.Chain.Execute(new Transaction([payer.Sign(message.Encode())], message).Encode());
        scene.Chain.Advance(40);
        return (customer, reference);
    }
}
