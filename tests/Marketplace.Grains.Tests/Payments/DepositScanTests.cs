using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Payments;
using Marketplace.Grains.Payouts;
using Marketplace.Grains.Tests.Payouts;
using Marketplace.Ledger.Payments;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Tests.Payments;

/// <summary>What arrives is credited once, to whom its reference names, when it is final.</summary>
public sealed class DepositScanTests
{
    private const int FinalSlots = 40;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transfer_with_a_reference_is_credited_at_finalized_and_only_once()
    {
        await using var scene = await LaneScene.Open();
        var (scan, customer, reference) = await Expect(scene, 1);
        await Pay(scene, 2_500_000, reference);

        Assert.Empty((await scan.Look(Cancel)).Credited);
        scene.Chain.Advance(FinalSlots);
        Assert.Single((await scan.Look(Cancel)).Credited);
        await scan.Look(Cancel);
        await scan.LookAt(reference, Cancel);
        await NewScan(scene, null).Look(Cancel);

        Assert.Equal(2_500_000, await Available(scene, customer));
        await scene.Books.AssertBalanced();
    }

    [Fact]
    public async Task A_scan_that_dies_before_its_cursor_moves_credits_nothing_twice()
    {
        await using var scene = await LaneScene.Open();
        var (_, customer, reference) = await Expect(scene, 1);
        await Pay(scene, 5, reference);
        scene.Chain.Advance(FinalSlots);

        await Assert.ThrowsAsync<CrashPoint.CrashException>(() => NewScan(scene, "deposit.posted").Look(Cancel));
        await NewScan(scene, null).Look(Cancel);

        Assert.Equal(5, await Available(scene, customer));
    }

    [Fact]
    public async Task A_transfer_without_a_reference_waits_in_suspense()
    {
        await using var scene = await LaneScene.Open();
        var (scan, _, _) = await Expect(scene, 1);
        await Pay(scene, 5, null);
        scene.Chain.Advance(FinalSlots);

        await scan.Look(Cancel);

        Assert.Equal(5, (await scene.Books.Book.Balance(Chart.Suspense, Cancel)).Amount);
        await scene.Books.AssertBalanced();
    }

    [Fact]
    public async Task A_reference_on_a_transfer_to_somebody_else_credits_nothing()
    {
        await using var scene = await LaneScene.Open();
        var (scan, customer, reference) = await Expect(scene, 1);
        await Pay(scene, 5, reference, to: LaneScene.Wallet(7).PublicKey);
        scene.Chain.Advance(FinalSlots);

        await scan.Look(Cancel);
        await scan.LookAt(reference, Cancel);

        Assert.Equal(0, await Available(scene, customer));
    }

    [Fact]
    public async Task A_failed_transfer_credits_nothing()
    {
        await using var scene = await LaneScene.Open();
        var (scan, customer, reference) = await Expect(scene, 1);
        await Pay(scene, 5, reference, has: 4);
        scene.Chain.Advance(FinalSlots);

        await scan.Look(Cancel);

        Assert.Equal(0, await Available(scene, customer));
    }

    [Fact]
    public async Task Several_transfers_for_one_deposit_are_all_credited()
    {
        await using var scene = await LaneScene.Open();
        var (scan, customer, reference) = await Expect(scene, 1);
        await Pay(scene, 5, reference);
        await Pay(scene, 7, reference);
        scene.Chain.Advance(FinalSlots);

        await scan.Look(Cancel);

        Assert.Equal(12, await Available(scene, customer));
    }

    [Fact]
    public async Task Our_own_payout_is_explained_and_a_strangers_withdrawal_is_not()
    {
        await using var scene = await LaneScene.Open();
        var payout = await scene.Ask(1, 5);
        await scene.RunUntilPaid(payout);
        Assert.Null((await NewScan(scene, null).Look(Cancel)).Unexplained);

        scene.Chain.MintUsdc(scene.Rail.Treasury, 9);
        using var thief = Keypair.FromSeed(Enumerable.Repeat((byte)1, 32).ToArray());
        await Transfer(scene, thief, LaneScene.Wallet(8).PublicKey, 9, null);
        scene.Chain.Advance(FinalSlots);

        Assert.NotNull((await NewScan(scene, null).Look(Cancel)).Unexplained);
        Assert.Contains("none of our payouts", scene.Desk.Frozen, StringComparison.Ordinal);
        Assert.Null((await NewScan(scene, null).Look(Cancel)).Unexplained);
    }

    private static DepositScan NewScan(LaneScene scene, string? crashAt) => new(
        scene.Rail,
        scene.Chain.GenesisHash,
        new DepositSetting(scene.Books.Deposits, scene.Books.Chunks, new CrashPoint(crashAt), scene.Desk.Freeze));

    private static async Task<(DepositScan Scan, Domain.Accounts.AccountId Customer, PublicKey Reference)> Expect(
        LaneScene scene, int number)
    {
        var customer = PaymentBooks.Customer(number);
        var reference = LaneScene.Wallet(50 + number).PublicKey;
        var id = DepositId.From(PrefixedId.Derive("deposit", $"{number}"));
        await scene.Books.Deposits.Expect(new ExpectedDeposit(id, customer, reference.ToString(), null), Cancel);
        scene.Chain.MintUsdc(scene.Rail.Treasury, 0);
        return (NewScan(scene, null), customer, reference);
    }

    private static async Task<long> Available(LaneScene scene, Domain.Accounts.AccountId customer) =>
        (await scene.Books.Book.Balance(Chart.Available(customer), Cancel)).Amount;

    private static async Task Pay(
        LaneScene scene, ulong micros, PublicKey? reference, PublicKey? to = null, ulong? has = null)
    {
        using var payer = LaneScene.Wallet(3);
        scene.Chain.SetLamports(payer.PublicKey, 1_000_000_000);
        scene.Chain.MintUsdc(payer.PublicKey, has ?? micros);
        scene.Chain.MintUsdc(to ?? scene.Rail.Treasury, 0);
        await Transfer(scene, payer, to ?? scene.Rail.Treasury, micros, reference);
    }

    private static async Task Transfer(
        LaneScene scene, Keypair payer, PublicKey to, ulong micros, PublicKey? reference)
    {
        scene.Chain.MintUsdc(to, 0);
        scene.Chain.Advance(1);
        var latest = await scene.Chain.GetLatestBlockhashAsync(ReadOptions.Processed, Cancel);
        var transfer = TokenProgram.TransferChecked(new TokenTransfer
        {
            Source = AssociatedTokenProgram.Address(payer.PublicKey, scene.Rail.Mint),
            Mint = scene.Rail.Mint,
            Destination = AssociatedTokenProgram.Address(to, scene.Rail.Mint),
            Owner = payer.PublicKey,
            Amount = micros,
            Decimals = SolanaRail.UsdcDecimals,
        });
        var message = Message.Compile(
            payer.PublicKey,
            latest.Value.Blockhash,
            [reference is null ? transfer : transfer.WithReferences(reference)]);
        scene.Chain.Execute(new Transaction([payer.Sign(message.Encode())], message).Encode());
    }
}
