using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Payouts;
using Marketplace.Grains.Tests.Payments;
using Marketplace.Ledger;
using Marketplace.Ledger.Payouts;
using Marketplace.Ledger.Verification;
using Marketplace.Ledger.Verify;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>An audit that reads a chain in memory: deposits, sweeps and payouts as the product makes them.</summary>
public sealed class ChainWitnessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deposits_sweeps_and_payouts_agree_with_the_books_at_every_step()
    {
        await using var scene = await StandingScene.Open();
        var witness = Witness(scene);
        await scene.Pay(1, 5_000);
        await scene.Pay(2, 700);
        await AssertHolds(scene, witness);

        for (var looks = 0; looks < 6; looks++)
        {
            scene.Scene.Chain.Advance(20);
            await scene.Scan.Look(Cancel);
            scene.Scene.Clock.Advance(TimeSpan.FromSeconds(1));
            await AssertHolds(scene, witness);
        }

        await scene.Settle();
        var payouts = new[] { await Ask(scene, 1, 1_000), await Ask(scene, 2, 2_000) };

        await scene.Scene.RunUntil(
            async () =>
            {
                await AssertHolds(scene, witness);
                return (await scene.Scene.Books.Chunks.Of(payouts[0].Payout, Cancel)) is [{ State: ChunkState.Finalized }, ..];
            },
            "paid");
        scene.Scene.Clock.Advance(TimeSpan.FromSeconds(1));

        // A witness that remembers nothing reads the same.
        var told = Assert.Single((await Witness(scene).Read(Cancel)).Rails);
        Assert.Equal(2_700, told.Balance.Micros);
        Assert.Equal([-3_000, 700, 5_000], told.Moves.Select(move => move.Micros).Order());
        await AssertHolds(scene, Witness(scene));
    }

    [Fact]
    public async Task Money_that_leaves_the_treasury_without_a_payout_is_told_with_its_transaction()
    {
        await using var scene = await StandingScene.Open();
        await scene.Pay(1, 5_000);
        await scene.Settle();
        var theft = await Transfer(scene, 400);
        scene.Scene.Chain.Advance(40);
        var seven = await Seven(scene, Witness(scene));

        Assert.Equal(
            [$"solana: {theft} paid 0.000400 to {LaneScene.Wallet(9).PublicKey}: no payout says so"], seven.Findings);
    }

    [Fact]
    public async Task Money_that_leaves_a_deposit_address_for_elsewhere_is_told()
    {
        await using var scene = await StandingScene.Open();
        await scene.Pay(1, 5_000);
        scene.Restart(null, Usdc.FromMicros(1_000_000));
        await scene.Settle();
        await AssertHolds(scene, Witness(scene));
        using var key = scene.KeyOf(1);
        await Transfer(scene, 5_000, key);
        scene.Scene.Chain.Advance(40);
        scene.Scene.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains(
            $"out of deposit address {key.PublicKey} and not into the treasury",
            Assert.Single((await Seven(scene, Witness(scene))).Findings),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_away_hides_something_or_is_of_another_chain_proves_nothing()
    {
        await using var scene = await StandingScene.Open();
        await scene.Pay(1, 5_000);
        await scene.Settle();
        var witness = Witness(scene);
        await AssertHolds(scene, witness);

        // Minted past the history, as if a node knew less than all of it.
        scene.Scene.Chain.MintUsdc(scene.Scene.Rail.Treasury, 3);
        scene.Scene.Chain.Advance(40);
        var hidden = await Seven(scene, Witness(scene));
        Assert.Equal(Standing.Unreachable, hidden.Standing);
        Assert.Contains("they do not know all", hidden.Findings.Single(), StringComparison.Ordinal);

        scene.Scene.Chain.GenesisHash = new Hash(new byte[32]);
        scene.Scene.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Standing.Unreachable, (await Seven(scene, Witness(scene))).Standing);
    }

    [Fact]
    public async Task Without_a_chain_nothing_is_checked_and_with_a_rail_too_few_it_cannot_be()
    {
        await using var scene = await StandingScene.Open();
        var none = await Seven(scene, Witness(scene, new SolanaRailSource((SolanaRail?)null)));
        Assert.Equal(Standing.NotChecked, none.Standing);
        Assert.Contains("Solana:RpcUrl", none.Findings.Single(), StringComparison.Ordinal);

        var transfer = new ChainTransfer("other", "sig", "account", Usdc.FromMicros(5), 1) { Rail = RailName.Parse("side") };
        Assert.True((await scene.Scene.Books.Deposits.Credit(transfer, null, null, Cancel)).Stands);
        var few = await Seven(scene, Witness(scene));
        Assert.Equal(Standing.Unreachable, few.Standing);
        Assert.Contains("Solana:Rails:side", few.Findings.Single(), StringComparison.Ordinal);
    }

    private static ChainWitness Witness(StandingScene scene, SolanaRailSource? rails = null) => new(
        rails ?? new SolanaRailSource(scene.Scene.Rail),
        scene.Scene.Books.Deposits,
        scene.Rows,
        new AnchorRows(scene.Scene.Books.Database, scene.Scene.Clock),
        scene.Scene.Clock);

    private static async Task AssertHolds(StandingScene scene, ChainWitness witness)
    {
        var seven = await Seven(scene, witness);
        Assert.True(seven.Standing == Standing.Holds, $"{seven.Standing}: {string.Join('\n', seven.Findings)}");
    }

    private static async Task<InvariantResult> Seven(StandingScene scene, ChainWitness witness) =>
        (await new BooksAudit(scene.Scene.Books.Database, scene.Scene.Clock).Verify(
            new BooksEvidence { Chain = witness }, cancel: Cancel)).Invariants.Single(found => found.Id == "7");

    private static async Task<ChunkPayout> Ask(StandingScene scene, int number, long micros)
    {
        var provider = PaymentBooks.Provider(number);
        var amount = Usdc.FromMicros(micros);
        var earned = new Journal(
            $"earn:{number}", "test",
            [.. Journal.Move(Chart.Available(StandingScene.Customer(1)), Chart.Payable(provider), amount)]);
        Assert.True((await scene.Scene.Books.Book.Post(Entry.Of(earned), Cancel)).Stands);
        var payout = new ChunkPayout(
            PayoutId.From(PrefixedId.Derive("payout", $"{number}")),
            provider,
            LaneScene.Wallet(number).PublicKey.ToString(),
            amount,
            Usdc.Zero);
        scene.Scene.Desk.Ask(payout);
        return payout;
    }

    /// <summary>Signed with the treasury's key, or another one, by nobody of ours.</summary>
    private static async Task<Signature> Transfer(StandingScene scene, ulong micros, Keypair? from = null)
    {
        var chain = scene.Scene.Chain;
        using var treasury = Keypair.FromSeed(Enumerable.Repeat((byte)1, 32).ToArray());
        var key = from ?? treasury;
        using var thief = LaneScene.Wallet(9);
        chain.SetLamports(key.PublicKey, 1_000_000_000);
        chain.MintUsdc(thief.PublicKey, 0);
        chain.Advance(1);
        var latest = await chain.GetLatestBlockhashAsync(ReadOptions.Processed, Cancel);
        var message = Message.Compile(
            key.PublicKey,
            latest.Value.Blockhash,
            [
                TokenProgram.TransferChecked(new TokenTransfer
                {
                    Source = AssociatedTokenProgram.Address(key.PublicKey, chain.UsdcMint),
                    Mint = chain.UsdcMint,
                    Destination = AssociatedTokenProgram.Address(thief.PublicKey, chain.UsdcMint),
                    Owner = key.PublicKey,
                    Amount = micros,
                    Decimals = SolanaRail.UsdcDecimals,
                }),
            ]);
        return chain.Execute(new Transaction([key.Sign(message.Encode())], message).Encode());
    }
}
