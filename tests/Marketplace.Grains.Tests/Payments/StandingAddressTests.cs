using CsCheck;
using Marketplace.Domain.Ledger;
using Marketplace.Grains.Payments;
using Marketplace.Grains.Tests.Payouts;
using Marketplace.Ledger.Payments;
using Marketplace.Solana;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;

namespace Marketplace.Grains.Tests.Payments;

/// <summary>What arrives at a customer's own address is the customer's, once, and ends in the treasury.</summary>
public sealed class StandingAddressTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transfer_without_a_reference_is_credited_at_finalized_and_swept_once()
    {
        await using var scene = await StandingScene.Open();
        await scene.Pay(1, 2_500_000);
        await scene.Scan.Look(Cancel);
        Assert.Equal(0, await scene.Available(1));

        scene.Scene.Chain.Advance(40);
        await scene.Scan.Look(Cancel);
        Assert.Equal(2_500_000, await scene.Available(1));
        Assert.Equal(2_500_000, await scene.Balance(Chart.Deposits));

        var landed = scene.Scene.Chain.LandedCount;
        await scene.Settle();
        await scene.AssertCreditedOnce();
        Assert.Equal(landed, scene.Scene.Chain.LandedCount);
        Assert.Equal(10_000, await scene.Balance(Chart.NetworkCost));
    }

    [Fact]
    public async Task An_address_belongs_to_one_account_for_ever()
    {
        await using var scene = await StandingScene.Open();
        var first = await scene.Address(1);

        Assert.Equal(first, await scene.Address(1));
        Assert.NotEqual(first, await scene.Address(2));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => scene.Rows.Open(new StandingAddress(StandingScene.Customer(1), "other", "other"), Cancel));
        Assert.Equal(2, (await scene.Rows.After(0, 10, Cancel)).Count);
    }

    [Fact]
    public async Task Less_than_the_minimum_is_credited_and_waits_for_more()
    {
        await using var scene = await StandingScene.Open();
        scene.Restart(null, Usdc.FromMicros(10));
        await scene.Pay(1, 9);
        await scene.Settle();
        Assert.Equal((9, 9), (await scene.Available(1), await scene.Balance(Chart.Deposits)));

        await scene.Pay(1, 1);
        await scene.Settle();
        await scene.AssertCreditedOnce();
    }

    [Fact]
    public async Task A_sweep_that_shows_before_its_deposit_waits_for_it()
    {
        await using var scene = await StandingScene.Open(nodes: 2);
        await scene.Pay(1, 5);
        scene.Scene.Chain.Advance(40);
        scene.Restart("sweep.sent");
        await Assert.ThrowsAsync<CrashPoint.CrashException>(() => scene.Scan.Look(Cancel));

        // A second deposit and a second sweep, signed by who does not know of the first: all of it is found.
        await scene.Pay(1, 5);
        scene.Scene.Chain.Advance(40);
        scene.Restart(null);

        await scene.Settle();
        await scene.AssertCreditedOnce();
    }

    [Fact]
    public async Task Money_that_leaves_an_address_for_elsewhere_freezes_payouts()
    {
        await using var scene = await StandingScene.Open();
        scene.Restart(null, Usdc.FromMicros(100));
        await scene.Pay(1, 9);
        scene.Scene.Chain.Advance(40);
        await scene.Scan.Look(Cancel);
        using var thief = new DepositKeys([.. Enumerable.Repeat((byte)9, 32)]).Of(StandingScene.Customer(1));
        var chain = scene.Scene.Chain;
        chain.SetLamports(thief.PublicKey, 1_000_000_000);
        chain.MintUsdc(LaneScene.Wallet(8).PublicKey, 0);
        var latest = await chain.GetLatestBlockhashAsync(ReadOptions.Processed, Cancel);
        var message = Message.Compile(thief.PublicKey, latest.Value.Blockhash, [
            TokenProgram.TransferChecked(new TokenTransfer
            {
                Source = AssociatedTokenProgram.Address(thief.PublicKey, scene.Scene.Rail.Mint),
                Mint = scene.Scene.Rail.Mint,
                Destination = AssociatedTokenProgram.Address(LaneScene.Wallet(8).PublicKey, scene.Scene.Rail.Mint),
                Owner = thief.PublicKey,
                Amount = 4,
                Decimals = 6,
            }),
        ]);
        chain.Execute(new Transaction([thief.Sign(message.Encode())], message).Encode());
        chain.Advance(40);

        await scene.Scan.Look(Cancel);

        Assert.Contains("not into the treasury", scene.Scene.Desk.Frozen, StringComparison.Ordinal);
    }

    /// <summary>Any deposits, any faults: each is credited once and swept once.</summary>
    [Fact]
    public async Task Any_deposits_through_any_faults_are_credited_once()
    {
        var step = Gen.OneOf(
            Gen.Select(Gen.Int[1, 3], Gen.Long[1, 1_000]).Select((who, micros) => new Act("pay", who, micros)),
            Gen.Int[1, 60].Select(slots => new Act("advance", slots, 0)),
            Gen.Const(0).Select(_ => new Act("look", 0, 0)),
            Gen.Bool.Select(isSweep => new Act(isSweep ? "sweep.sent" : "deposit.posted", 0, 0)),
            Gen.Enum<SendFault>().Select(fault => new Act("fault", (int)fault, 0)),
            Gen.Bool.Select(isDown => new Act("node", isDown ? 1 : 0, 0)));

        await step.Array[5, 40].SampleAsync(
            async acts =>
            {
                await using var scene = await StandingScene.Open(nodes: 3);

                foreach (var act in acts)
                {
                    await Do(scene, act);
                }

                scene.Scene.Nodes[0].IsDown = false;
                scene.Restart(null);
                await scene.Settle();
                await scene.AssertCreditedOnce();
            },
            iter: 25,
            threads: 1);
    }

    private static async Task Do(StandingScene scene, Act act)
    {
        switch (act.What)
        {
            case "pay":
                await scene.Pay(act.Number, act.Micros);
                break;
            case "advance":
                scene.Scene.Chain.Advance(act.Number);
                break;
            case "fault":
                scene.Scene.Chain.FailSends((SendFault)act.Number);
                break;
            case "node":
                scene.Scene.Nodes[0].IsDown = act.Number == 1;
                break;
            default:
                scene.Restart(act.What == "look" ? null : act.What);
                await Look(scene);
                break;
        }
    }

    private static async Task Look(StandingScene scene)
    {
        try
        {
            await scene.Scan.Look(Cancel);
        }
        catch (CrashPoint.CrashException)
        {
            scene.Restart(null);
        }
    }

    private sealed record Act(string What, int Number, long Micros);
}
