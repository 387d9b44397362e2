using Marketplace.Ledger.Payouts;
using Marketplace.Testing.Solana;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>Without nonces: nothing is signed again before every node has shown that the first bytes can never land.</summary>
public sealed class PayoutExpiryTests
{
    /// <summary>Enough to swallow every send on two nodes until the blockhash is over.</summary>
    private const int SendsOfALifetime = 80;

    private const int StepsBeyondAnyLifetime = 150;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_payout_arrives_without_any_nonce_account()
    {
        await using var scene = await LaneScene.Open(hasNonces: false, nodes: 2);
        var payouts = new[] { await scene.Ask(1, 1_250_000), await scene.Ask(2, 2) };

        await scene.RunUntilPaid(payouts);

        await scene.AssertPaidOnce(payouts[0]);
        await scene.AssertPaidOnce(payouts[1]);
        await scene.AssertReconciled();
        var attempt = Assert.Single((await scene.Books.Chunks.List(null, 10, Cancel))[0].Attempts);
        Assert.Null(attempt.NonceAccount);
        Assert.NotNull(attempt.LastValidBlockHeight);
    }

    [Fact]
    public async Task Bytes_that_no_node_ever_took_are_proved_dead_and_signed_again_on_a_new_blockhash()
    {
        await using var scene = await LaneScene.Open(hasNonces: false, nodes: 2);
        await Prepared(scene);
        scene.Chain.FailSends(Enumerable.Repeat(SendFault.AckOnly, SendsOfALifetime));
        var payout = await scene.Ask(1, 1_250_000);

        await scene.RunUntilPaid(payout);

        await scene.AssertPaidOnce(payout);
        await scene.AssertReconciled();
        var chunks = await scene.Books.Chunks.Of(payout.Payout, Cancel);
        Assert.True(chunks.Count > 1);
        Assert.All(chunks.Skip(1), chunk => Assert.Equal(ChunkState.Dead, chunk.State));
        Assert.All(chunks.Skip(1), chunk => Assert.Contains("2 nodes", chunk.Note, StringComparison.Ordinal));
        Assert.Equal(
            chunks.Count, chunks.Select(chunk => chunk.Attempts[0].NonceValue).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task As_long_as_one_of_two_nodes_knows_it_nothing_is_signed_again(int denying)
    {
        await using var scene = await LaneScene.Open(hasNonces: false, nodes: 2);
        await Prepared(scene);
        scene.Nodes[denying].Denies = true;
        var payout = await scene.Ask(1, 1_250_000);

        for (var steps = 0; steps < StepsBeyondAnyLifetime; steps++)
        {
            await scene.StepOnce();
        }

        Assert.Single(await scene.Books.Chunks.Of(payout.Payout, Cancel));
        Assert.Equal(payout.Amount.Micros, await scene.Books.Held(payout.Provider));
        scene.Nodes[denying].Denies = false;
        await scene.RunUntilPaid(payout);
        await scene.AssertPaidOnce(payout);
        Assert.Single(await scene.Books.Chunks.Of(payout.Payout, Cancel));
    }

    [Fact]
    public async Task A_node_behind_the_expiry_proves_nothing()
    {
        await using var scene = await LaneScene.Open(hasNonces: false, nodes: 2);
        await Prepared(scene);
        scene.Chain.FailSends(Enumerable.Repeat(SendFault.AckOnly, SendsOfALifetime));
        var payout = await scene.Ask(1, 1_250_000);
        await scene.RunUntil(
            async () => (await scene.Books.Chunks.Live("lane_0", Cancel))?.State == ChunkState.Sent, "the chunk is sent");
        scene.Chain.Advance(1_000);
        scene.Nodes[1].Lag = 1_000;

        await StepUntilUnknown(scene, "not proved");

        Assert.Single(await scene.Books.Chunks.Of(payout.Payout, Cancel));
        scene.Nodes[1].Lag = 0;
        await scene.RunUntilPaid(payout);
        await scene.AssertPaidOnce(payout);
    }

    [Fact]
    public async Task A_single_node_proves_nothing()
    {
        await using var scene = await LaneScene.Open(hasNonces: false, nodes: 1);
        await Prepared(scene);
        scene.Chain.FailSends(Enumerable.Repeat(SendFault.AckOnly, SendsOfALifetime));
        var payout = await scene.Ask(1, 1_250_000);

        await StepUntilUnknown(scene, "two nodes are needed");

        Assert.Single(await scene.Books.Chunks.Of(payout.Payout, Cancel));
    }

    [Fact]
    public async Task Nodes_that_deny_it_for_one_look_do_not_lead_to_a_second_payment()
    {
        await using var scene = await LaneScene.Open(hasNonces: false, nodes: 2);
        await Prepared(scene);
        var payout = await scene.Ask(1, 1_250_000);
        await scene.RunUntil(
            async () => (await scene.Books.Chunks.Live("lane_0", Cancel))?.State == ChunkState.Sent, "the chunk is sent");
        Deny(scene, true);
        scene.Chain.Advance(1_000);

        await StepUntilUnknown(scene, "of 3 looks");
        Deny(scene, false);
        await scene.RunUntilPaid(payout);

        await scene.AssertPaidOnce(payout);
        Assert.Single(await scene.Books.Chunks.Of(payout.Payout, Cancel));
    }

    [Theory]
    [InlineData("chunk.planned")]
    [InlineData("chunk.signing")]
    [InlineData("chunk.signed")]
    [InlineData("chunk.sent")]
    [InlineData("chunk.finalized")]
    [InlineData("payout.posted")]
    public async Task A_worker_that_dies_anywhere_pays_once_after_it_comes_back(string at)
    {
        await using var scene = await LaneScene.Open(hasNonces: false, nodes: 2);
        scene.Checkpoint = new CrashPoint(at);
        var payout = await scene.Ask(1, 1_250_000);

        await scene.RunUntilPaid(payout);

        await scene.AssertPaidOnce(payout);
        await scene.AssertReconciled();
    }

    [Fact]
    public async Task A_recipient_frozen_after_signing_is_set_aside_when_the_bytes_are_dead_and_the_others_are_paid()
    {
        await using var scene = await LaneScene.Open(hasNonces: false, nodes: 2);
        await Prepared(scene);
        var account = scene.Chain.MintUsdc(LaneScene.Wallet(1).PublicKey, 0);
        var frozen = await scene.Ask(1, 5);
        var fine = await scene.Ask(2, 6);
        await scene.RunUntil(
            async () => (await scene.Books.Chunks.Live("lane_0", Cancel))?.State == ChunkState.Signed, "the chunk is signed");

        scene.Chain.SetFrozen(account, true);
        await scene.RunUntilPaid(fine);

        await scene.AssertPaidOnce(fine);
        Assert.Equal(5, await scene.Books.Payable(frozen.Provider));
        Assert.Contains(frozen.Payout, scene.Desk.SetAsides.Keys);
    }

    private static void Deny(LaneScene scene, bool denies)
    {
        foreach (var node in scene.Nodes)
        {
            node.Denies = denies;
        }
    }

    private static Task StepUntilUnknown(LaneScene scene, string why) => scene.RunUntil(
        () => Task.FromResult(scene.LastReport?.Trouble?.Contains(why, StringComparison.Ordinal) == true),
        $"the lane says '{why}'");

    private static Task Prepared(LaneScene scene) => scene.RunUntil(
        () => Task.FromResult(scene.LastReport?.Next == Marketplace.Grains.Payouts.LaneNext.WhenWoken), "the lane is idle");
}
