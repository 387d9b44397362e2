using Marketplace.Ledger.Payouts;
using Marketplace.Solana;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>Accounts that cannot pay or be paid: each ends with its reason in a held state, and nothing is signed.</summary>
public sealed class BadAccountTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_treasury_is_frozen_payouts_wait_with_that_reason_and_go_on_when_it_thaws()
    {
        await using var scene = await LaneScene.Open();
        var payout = await scene.Ask(1, 5);
        scene.Chain.SetFrozen(scene.Rail.TreasuryAccount, true);

        await scene.RunUntil(
            () => Task.FromResult(
                scene.LastReport?.Trouble?.Contains("USDC account is frozen", StringComparison.Ordinal) == true),
            "the lane says that the treasury is frozen");
        var waiting = Assert.Single(await scene.Books.Chunks.Of(payout.Payout, Cancel));
        Assert.Equal((ChunkState.Planned, 0), (waiting.State, waiting.Attempts.Count));
        Assert.Empty(scene.Desk.SetAsides);

        scene.Chain.SetFrozen(scene.Rail.TreasuryAccount, false);
        await scene.RunUntilPaid(payout);
        await scene.AssertPaidOnce(payout);
    }

    [Fact]
    public async Task The_treasury_itself_as_wallet_is_set_aside()
    {
        await using var scene = await LaneScene.Open();
        var payout = await scene.Ask(1, 5, scene.Rail.Treasury);

        await scene.RunUntil(() => Task.FromResult(scene.Desk.SetAsides.Count > 0), "the payout is set aside");

        Assert.Contains("treasury itself", scene.Desk.SetAsides[payout.Payout], StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Chain.Received, wire => Transaction.Decode(wire).Message.Instructions.Count > 2);
    }
}
