using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Programs;
using Marketplace.Testing.Solana;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>Every way we know to lose an answer, with the same end: each payee is paid exactly once and the books agree.</summary>
public sealed class PayoutLaneTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_payouts_go_out_in_one_transaction_and_are_posted_when_it_is_final()
    {
        await using var scene = await LaneScene.Open();
        var payouts = new[] { await scene.Ask(1, 1_250_000), await scene.Ask(2, 2), await scene.Ask(3, 40_000_000) };

        await scene.RunUntilPaid(payouts);

        foreach (var payout in payouts)
        {
            await scene.AssertPaidOnce(payout);
        }

        await scene.AssertReconciled();
        Assert.Single(await scene.Books.Chunks.List(null, 100, Cancel));
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
        await using var scene = await LaneScene.Open();
        scene.Checkpoint = new CrashPoint(at);
        var payout = await scene.Ask(1, 1_250_000);

        await scene.RunUntilPaid(payout);

        await scene.AssertPaidOnce(payout);
        await scene.AssertReconciled();
    }

    [Fact]
    public async Task A_payout_planned_before_its_provider_was_barred_is_never_signed_and_the_others_are_paid()
    {
        await using var scene = await LaneScene.Open();
        var (barred, other) = (await scene.Ask(1, 7), await scene.Ask(2, 9));
        await scene.RunUntil(
            async () => (await scene.Books.Chunks.Of(barred.Payout, Cancel)).Count > 0, "the payout is planned");
        Assert.Equal(ChunkState.Planned, (await scene.Books.Chunks.Of(barred.Payout, Cancel))[0].State);

        scene.Desk.Barred[barred.Provider] = "provider suspended";
        await scene.RunUntilPaid(other);

        Assert.Equal("provider suspended", scene.Desk.SetAsides[barred.Payout]);
        Assert.Equal(0UL, scene.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
    }

    [Fact]
    public async Task A_funding_for_fees_that_another_lane_spent_is_followed_by_another_one()
    {
        await using var scene = await LaneScene.Open();
        var payout = await scene.Ask(1, 7);
        await scene.RunUntil(
            async () => await scene.Books.Chunks.Of(payout.Payout, Cancel) is [{ Attempts.Count: > 0 }], "it is signed");
        var signature = (await scene.Books.Chunks.Of(payout.Payout, Cancel))[0].Attempts[0].Signature;
        await scene.Books.Book.Post(Entry.Of(PayoutJournals.FundFeePayer(signature, 1)), Cancel);
        await scene.Books.Book.Post(Entry.Of(PayoutJournals.NetworkFee("other", 1)), Cancel);

        await scene.RunUntilPaid(payout);

        await scene.AssertPaidOnce(payout);
    }

    [Fact]
    public async Task Above_the_cap_of_an_hour_payouts_wait_and_go_on_when_it_is_over()
    {
        await using var scene = await LaneScene.Open();
        scene.Options = new PayoutOptions { SignedPerHourMaxUsdc = 2m };
        scene.Restart();
        var first = await scene.Ask(1, 1_500_000);
        await scene.RunUntilPaid(first);
        var second = await scene.Ask(2, 1_000_000);
        await scene.RunUntil(
            () => Task.FromResult(scene.LastReport?.Trouble?.Contains("exceed the cap", StringComparison.Ordinal) == true),
            "the lane waits for the cap");

        scene.Clock.Advance(TimeSpan.FromHours(1));
        await scene.RunUntilPaid(second);

        await scene.AssertPaidOnce(second);
    }

    [Fact]
    public async Task Bytes_that_were_stored_are_sent_again_after_a_crash_and_nothing_else_is_signed()
    {
        await using var scene = await LaneScene.Open();
        scene.Checkpoint = new CrashPoint("chunk.signed");
        var payout = await scene.Ask(1, 7);

        await scene.RunUntilPaid(payout);

        var chunk = Assert.Single(await scene.Books.Chunks.Of(payout.Payout, Cancel));
        Assert.Single(chunk.Attempts);
        Assert.Equal(chunk.Signature, chunk.Attempts[0].Signature);
        Assert.All(
            scene.Chain.Received.Where(wire => Transaction.Decode(wire).Message.Instructions.Count > 4),
            wire => Assert.Equal(chunk.Attempts[0].Wire, wire));
    }

    [Theory]
    [InlineData(SendFault.RequestLost)]
    [InlineData(SendFault.ReplyLost)]
    [InlineData(SendFault.AckOnly)]
    [InlineData(SendFault.NodeBehind)]
    public async Task Sends_that_go_wrong_three_times_change_nothing(SendFault fault)
    {
        await using var scene = await LaneScene.Open();
        await Prepared(scene);
        scene.Chain.FailSends(fault, fault, fault);
        var payout = await scene.Ask(1, 1_250_000);

        await scene.RunUntilPaid(payout);

        await scene.AssertPaidOnce(payout);
        await scene.AssertReconciled();
    }

    [Fact]
    public async Task A_node_that_sees_nothing_for_long_gets_the_same_nonce_with_a_higher_fee()
    {
        await using var scene = await LaneScene.Open();
        await Prepared(scene);
        scene.Chain.FailSends(Enumerable.Repeat(SendFault.AckOnly, 40));
        var payout = await scene.Ask(1, 1_250_000);

        await scene.RunUntilPaid(payout);

        var chunk = Assert.Single(await scene.Books.Chunks.Of(payout.Payout, Cancel));
        Assert.True(chunk.Attempts.Count > 1);
        Assert.Single(chunk.Attempts.Select(attempt => attempt.NonceValue).Distinct(StringComparer.Ordinal));
        await scene.AssertPaidOnce(payout);
    }

    [Fact]
    public async Task Hidden_statuses_never_lead_to_a_second_payment()
    {
        await using var scene = await LaneScene.Open();
        await Prepared(scene);
        scene.Chain.HideStatuses(60);
        scene.Chain.Advance(40);
        var payout = await scene.Ask(1, 1_250_000);

        await scene.RunUntilPaid(payout);

        await scene.AssertPaidOnce(payout);
        Assert.Equal(3, scene.Chain.LandedCount);
    }

    [Fact]
    public async Task A_fork_that_takes_the_payment_back_is_answered_with_the_same_bytes()
    {
        await using var scene = await LaneScene.Open();
        await Prepared(scene);
        scene.Chain.SlotsPerPoll = 1;
        var payout = await scene.Ask(1, 1_250_000);
        await scene.RunUntil(
            async () => (await scene.Books.Chunks.Live("lane_0", Cancel))?.State == ChunkState.Landed, "the chunk landed");
        var live = (await scene.Books.Chunks.Live("lane_0", Cancel))!;

        scene.Chain.ForkFrom((ulong)live.Slot! - 1);
        Assert.Equal(0UL, scene.Chain.UsdcOf(PublicKey.Parse(payout.Wallet)));
        await scene.RunUntilPaid(payout);

        Assert.Equal(live.Attempts[0].Signature, (await scene.Books.Chunks.Of(payout.Payout, Cancel))[0].Signature);
        await scene.AssertPaidOnce(payout);
    }

    [Fact]
    public async Task A_recipient_without_an_account_gets_one_and_the_books_know_what_it_cost()
    {
        await using var scene = await LaneScene.Open();
        var payout = await scene.Ask(1, 1_250_000);
        await scene.RunUntilPaid(payout);

        var cost = await scene.Books.Book.Balance(Chart.NetworkCost, Cancel);
        Assert.True(cost.Amount > 2_039_280 + 1_447_680, "the rent of a token account and a nonce account is in the cost");
        Assert.Equal(0, (await scene.Books.Book.Balance(Chart.FeePayer, Cancel)).Amount);
    }

    [Fact]
    public async Task The_cost_of_an_account_opened_by_a_worker_that_died_then_is_in_the_books()
    {
        await using var usual = await LaneScene.Open();
        await usual.RunUntilPaid(await usual.Ask(1, 1_250_000));
        await using var scene = await LaneScene.Open();
        scene.Checkpoint = new CrashPoint(Checkpoints.LaneOpened);
        await scene.RunUntilPaid(await scene.Ask(1, 1_250_000));

        Assert.Equal(
            (await usual.Books.Book.Balance(Chart.NetworkCost, Cancel)).Amount,
            (await scene.Books.Book.Balance(Chart.NetworkCost, Cancel)).Amount);
    }

    [Fact]
    public async Task A_frozen_recipient_is_set_aside_and_the_others_are_paid()
    {
        await using var scene = await LaneScene.Open();
        var frozen = await scene.Ask(1, 5);
        var fine = await scene.Ask(2, 6);
        scene.Chain.SetFrozen(scene.Chain.MintUsdc(LaneScene.Wallet(1).PublicKey, 0), true);

        await scene.RunUntilPaid(fine);

        await scene.AssertPaidOnce(fine);
        Assert.Contains("frozen", scene.Desk.SetAsides[frozen.Payout], StringComparison.Ordinal);
        Assert.Equal(5, await scene.Books.Payable(frozen.Provider));
    }

    [Fact]
    public async Task A_recipient_frozen_after_signing_is_called_off_by_its_nonce_and_the_others_are_paid()
    {
        await using var scene = await LaneScene.Open();
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
        Assert.Contains(await scene.Books.Chunks.Of(frozen.Payout, Cancel), chunk => chunk.State == ChunkState.Dead);
    }

    [Fact]
    public async Task A_failure_on_the_chain_costs_the_fee_and_pays_nobody()
    {
        await using var scene = await LaneScene.Open();
        await Prepared(scene);
        var account = scene.Chain.MintUsdc(LaneScene.Wallet(1).PublicKey, 0);
        var payout = await scene.Ask(1, 5);
        await scene.RunUntil(
            async () => (await scene.Books.Chunks.Live("lane_0", Cancel))?.State == ChunkState.Signed, "the chunk is signed");
        scene.Chain.SetFrozen(account, true);
        scene.Chain.Execute((await scene.Books.Chunks.Live("lane_0", Cancel))!.Attempts[0].Wire);

        await scene.RunUntil(() => Task.FromResult(scene.Desk.SetAsides.Count > 0), "the payout is set aside");

        Assert.Equal(ChunkState.FailedOnChain, (await scene.Books.Chunks.Of(payout.Payout, Cancel))[0].State);
        Assert.Equal(5, await scene.Books.Payable(payout.Provider));
        await scene.Books.AssertBalanced();
    }

    [Fact]
    public async Task A_token_account_as_wallet_and_an_address_off_the_curve_are_set_aside()
    {
        await using var scene = await LaneScene.Open();
        var account = scene.Chain.MintUsdc(LaneScene.Wallet(9).PublicKey, 1);
        var payout = await scene.Ask(1, 5, account);
        await scene.RunUntil(() => Task.FromResult(scene.Desk.SetAsides.Count > 0), "the payout is set aside");
        Assert.Contains("off the curve", scene.Desk.SetAsides[payout.Payout], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_enough_usdc_on_the_chain_the_lane_waits_and_goes_on_when_it_is_there()
    {
        await using var scene = await LaneScene.Open();
        await Prepared(scene);
        var payout = await scene.Ask(1, 5);
        scene.Chain.Drain(scene.Rail.TreasuryAccount);

        await scene.RunUntil(
            () => Task.FromResult(scene.LastReport?.Trouble?.Contains("micro-USDC", StringComparison.Ordinal) == true),
            "the lane says what is missing");
        scene.Chain.MintUsdc(scene.Rail.Treasury, 5);
        await scene.RunUntilPaid(payout);

        await scene.AssertPaidOnce(payout);
    }

    [Fact]
    public async Task Without_lamports_for_the_fee_nothing_is_signed_and_the_lane_says_how_many_it_needs()
    {
        await using var scene = await LaneScene.Open();
        await Prepared(scene);
        var payout = await scene.Ask(1, 5);
        scene.Chain.SetLamports(scene.Rail.Treasury, 890_880);

        await scene.RunUntil(
            () => Task.FromResult(scene.LastReport?.Trouble?.Contains("lamports for fees", StringComparison.Ordinal) == true),
            "the lane says what is missing");
        var waiting = Assert.Single(await scene.Books.Chunks.Of(payout.Payout, Cancel));
        Assert.Equal((ChunkState.Planned, 0), (waiting.State, waiting.Attempts.Count));
        Assert.Equal(5, await scene.Books.Held(payout.Provider));

        scene.Chain.SetLamports(scene.Rail.Treasury, 5_000_000_000);
        await scene.RunUntilPaid(payout);
        await scene.AssertPaidOnce(payout);
    }

    [Fact]
    public async Task An_account_of_a_program_as_wallet_is_set_aside()
    {
        await using var scene = await LaneScene.Open();
        Assert.True(scene.Chain.UsdcMint.IsOnCurve());
        var payout = await scene.Ask(1, 5, scene.Chain.UsdcMint);
        await scene.RunUntil(() => Task.FromResult(scene.Desk.SetAsides.Count > 0), "the payout is set aside");
        Assert.Contains("no plain wallet", scene.Desk.SetAsides[payout.Payout], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_chain_behind_the_same_address_freezes_payouts_before_anything_is_signed()
    {
        await using var scene = await LaneScene.Open();
        await Prepared(scene);
        await scene.Ask(1, 5);
        scene.Chain.GenesisHash = new Hash(new byte[32]);

        await scene.StepOnce();

        Assert.Contains("chain", scene.Desk.Frozen, StringComparison.Ordinal);
        Assert.Empty(await scene.Books.Chunks.List(null, 10, Cancel));
    }

    [Fact]
    public async Task A_freeze_stops_signing_and_a_release_lets_it_go_on()
    {
        await using var scene = await LaneScene.Open();
        await Prepared(scene);
        scene.Desk.Frozen = "a person looks at it";
        var payout = await scene.Ask(1, 5);

        for (var steps = 0; steps < 10; steps++)
        {
            await scene.StepOnce();
        }

        Assert.Empty(await scene.Books.Chunks.List(null, 10, Cancel));
        scene.Desk.Frozen = null;
        await scene.RunUntilPaid(payout);
        await scene.AssertPaidOnce(payout);
    }

    [Fact]
    public async Task A_second_worker_waits_while_the_first_has_the_lane()
    {
        await using var scene = await LaneScene.Open();
        await Prepared(scene);
        var other = await scene.Books.Chunks.Take("lane_0", scene.Lane.NonceAccount.ToString(), "other", TimeSpan.FromHours(1), Cancel);
        Assert.Null(other);
    }

    [Fact]
    public async Task A_nonce_used_by_somebody_else_with_our_key_freezes_payouts()
    {
        await using var scene = await LaneScene.Open();
        await Prepared(scene);
        scene.Chain.FailSends(Enumerable.Repeat(SendFault.AckOnly, 3));
        var payout = await scene.Ask(1, 5);
        await scene.RunUntil(
            async () => (await scene.Books.Chunks.Live("lane_0", Cancel))?.State == ChunkState.Sent, "the chunk is sent");
        var attempt = (await scene.Books.Chunks.Live("lane_0", Cancel))!.Attempts[0];
        var message = Message.Compile(
            scene.Rail.Treasury,
            Hash.Parse(attempt.NonceValue),
            [
                SystemProgram.AdvanceNonce(scene.Lane.NonceAccount, scene.Rail.Treasury),
                SystemProgram.Transfer(scene.Rail.Treasury, LaneScene.Wallet(9).PublicKey, 1_000_000),
            ]);
        using var thief = Marketplace.Solana.Keys.Keypair.FromSeed(Enumerable.Repeat((byte)1, 32).ToArray());
        scene.Chain.Execute(new Transaction([thief.Sign(message.Encode())], message).Encode());

        await scene.RunUntil(() => Task.FromResult(scene.Desk.Frozen is not null), "payouts are frozen");

        Assert.Equal(0UL, scene.Chain.UsdcOf(PublicKey.Parse(payout.Wallet)));
        Assert.Equal(5, await scene.Books.Payable(payout.Provider));
    }

    /// <summary>The treasury's account and the nonce account are open before the story begins.</summary>
    private static Task Prepared(LaneScene scene) => scene.RunUntil(
        () => Task.FromResult(scene.LastReport?.Next == LaneNext.WhenWoken), "the lane is idle");
}
