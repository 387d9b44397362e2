using System.Text.Json.Nodes;
using Marketplace.Domain;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>Many payees in one transaction by lookup table, against a chain with the real machine.</summary>
[Trait("Category", "Chain")]
public sealed class LookupTableTests
{
    private const int Payees = 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, 1)]
    [InlineData(Checkpoints.TablePlanned, 1)]
    [InlineData(Checkpoints.TablePlanned, 2)]
    [InlineData(Checkpoints.TableSigned, 1)]
    [InlineData(Checkpoints.TableSigned, 2)]
    [InlineData(Checkpoints.TablePosted, 1)]
    [InlineData(Checkpoints.TablePosted, 2)]
    public async Task A_keeper_that_dies_anywhere_makes_the_table_that_was_planned_and_books_its_cost(
        string? at, int time)
    {
        await using var scene = await TableScene.Open();
        scene.Checkpoint = new CrashPoint(at, time);
        await scene.OpenAccounts(3);
        await scene.RunUntilPaid(await scene.Ask(2, 1_000));
        await scene.RunUntilTabled(2);
        await scene.RunUntilPaid(await scene.Ask(3, 1_000));
        await scene.RunUntilTabled(3);

        var table = (await scene.Table())!;
        var told = await scene.OnChain(table);
        Assert.Single(await scene.Rows.Of(default, scene.Genesis, Cancel));
        Assert.Equal(table.Places.Select(place => PublicKey.Parse(place.Address)), told.Addresses);
        Assert.Equal([scene.Chain.UsdcMint, scene.Rail.TreasuryAccount], told.Addresses.Take(2));
        Assert.Equal(
            new[] { 1, 2, 3 }.Select(Account).ToHashSet(), told.Addresses.Skip(2).ToHashSet());
        Assert.Equal(scene.Rail.Treasury, told.Authority);
        await scene.AssertReconciled();

        PublicKey Account(int number) =>
            AssociatedTokenProgram.Address(LaneScene.Wallet(number).PublicKey, scene.Chain.UsdcMint);
    }

    [Fact]
    public async Task Twenty_payees_that_were_paid_before_are_paid_in_one_transaction_once_each()
    {
        await using var scene = await Tabled();

        var again = await scene.Ask(Payees, 7);
        await scene.RunUntilPaid(again);

        var chunk = (await scene.Books.Chunks.Of(again[0].Payout, Cancel))[0];
        var message = Transaction.Decode(chunk.Attempts[^1].Wire).Message;
        Assert.Equal(Payees, chunk.Payouts.Count);
        Assert.Equal(MessageVersion.V0, message.Version);
        Assert.Equal(Payees + 2, message.Lookups.Sum(one => one.WritableIndexes.Length + one.ReadOnlyIndexes.Length));
        var landed = (await scene.Rail.Landed(Signature.Parse(chunk.Signature!), Cancel))!;
        Assert.Equal(landed.LoadedAddresses, (await scene.Rail.Tables!.Loaded(message, Cancel))!);
        await AssertPaid(scene, again);
        await scene.AssertReconciled();
    }

    [Fact]
    public async Task Forty_four_payees_fit_into_one_transaction_and_further_ones_go_with_the_next()
    {
        const int Wallets = Chunk.LookedUpPayoutsMax + 2;
        await using var scene = await Tabled(Wallets);

        var again = await scene.Ask(Wallets, 7);
        await scene.RunUntilPaid(again);

        await AssertPaid(scene, again);
        Assert.Equal(
            [2, Chunk.LookedUpPayoutsMax],
            (await Chunks(scene, again)).Select(chunk => chunk.Payouts.Count).Order());
        await scene.AssertReconciled();
    }

    [Fact]
    public async Task Who_is_in_no_table_is_spelled_out_beside_those_who_are()
    {
        await using var scene = await Tabled();

        var again = await scene.Ask(Payees + 2, 7);
        await scene.RunUntilPaid(again);

        Assert.Equal(Payees + 2, Assert.Single(await Chunks(scene, again)).Payouts.Count);
        await AssertPaid(scene, [.. again.Take(Payees)]);
        Assert.Equal(7UL, await scene.UsdcOf(again[^1].Wallet));
        await scene.AssertReconciled();
    }

    [Fact]
    public async Task A_table_that_no_node_ever_took_is_planned_anew_with_a_recent_slot()
    {
        await using var scene = await TableScene.Open();
        await scene.OpenAccounts(1);
        var first = await scene.Ask(1, 1_000);
        await scene.RunUntil(async () => await scene.Table() is not null, "a table is planned");
        var planned = (await scene.Table())!;
        await scene.Chain.SetFaultAsync(
            new JsonObject { ["kind"] = "ack_only", ["method"] = "sendTransaction", ["count"] = 1_000 }, Cancel);
        await scene.RunUntil(
            async () => await scene.Rows.Find(planned.Address, Cancel) is { State: LookupState.Retired }, "retired");
        await scene.Chain.CallAsync("localnet_clearFaults", [], Cancel);
        await scene.RunUntilTabled(1);

        Assert.NotEqual(planned.Slot, (await scene.Table())!.Slot);
        await scene.RunUntilPaid(first);
        await scene.AssertReconciled();
    }

    [Fact]
    public async Task A_step_that_was_given_up_and_has_landed_is_paid_for_and_its_table_is_ended()
    {
        await using var scene = await TableScene.Open();
        await scene.OpenAccounts(1);
        await scene.RunUntilPaid(await scene.Ask(1, 1_000));
        await scene.RunUntil(
            async () => await scene.Rows.Alive(default, scene.Genesis, Cancel) is [{ Kind: LookupStep.Extend }],
            "addresses are on their way");
        var step = (await scene.Rows.Alive(default, scene.Genesis, Cancel))[0];

        await scene.Rows.Settle(step, LookupStep.Dead, Cancel);
        await scene.Chain.AdvanceAsync(40, Cancel);
        await scene.RunUntilTabled(1);
        await scene.RunUntil(
            async () => (await scene.OnChain((await scene.Rows.Find(step.Table, Cancel))!)).DeactivatedAt is not null
                && (await scene.Rows.Alive(default, scene.Genesis, Cancel)).Count == 0,
            "the table is ended");

        Assert.Equal(LookupState.Retired, (await scene.Rows.Find(step.Table, Cancel))!.State);
        Assert.Equal(2, (await scene.Rows.Of(default, scene.Genesis, Cancel)).Count);
        await scene.AssertReconciled();
    }

    [Theory]
    [InlineData(Checkpoints.ChunkPlanned)]
    [InlineData(Checkpoints.ChunkSigning)]
    [InlineData(Checkpoints.ChunkSigned)]
    [InlineData(Checkpoints.ChunkSent)]
    [InlineData(Checkpoints.ChunkFinalized)]
    [InlineData(Checkpoints.PayoutPosted)]
    public async Task A_worker_that_dies_with_a_chunk_by_table_pays_each_once(string at)
    {
        await using var scene = await Tabled();
        scene.Checkpoint = new CrashPoint(at);

        var again = await scene.Ask(Payees, 7);
        await scene.RunUntilPaid(again);

        await AssertPaid(scene, again);
        await scene.AssertReconciled();
    }

    [Fact]
    public async Task A_chunk_by_table_that_nobody_sees_for_long_offers_more_on_the_same_nonce()
    {
        await using var scene = await Tabled();
        scene.IsKept = false;
        await scene.Chain.SetFaultAsync(
            new JsonObject { ["kind"] = "ack_only", ["method"] = "sendTransaction", ["count"] = 30 }, Cancel);
        var again = await scene.Ask(Payees, 7);
        await scene.RunUntilPaid(again);

        var attempts = Assert.Single(await Chunks(scene, again)).Attempts;
        Assert.InRange(attempts.Count, 2, 6);
        Assert.Single(attempts.Select(attempt => attempt.NonceValue).Distinct(StringComparer.Ordinal));
        Assert.All(attempts, attempt => Assert.Single(Transaction.Decode(attempt.Wire).Message.Lookups));
        await AssertPaid(scene, again);
        await scene.AssertReconciled();
    }

    [Fact]
    public async Task A_table_that_somebody_extended_is_given_up_payouts_freeze_and_are_spelled_out_when_released()
    {
        await using var scene = await Tabled();
        var table = PublicKey.Parse((await scene.Table())!.Address);
        await scene.Steal(AddressLookupTableProgram.Extend(
            table, scene.Rail.Treasury, scene.Rail.Treasury, [LaneScene.Wallet(99).PublicKey]));
        Assert.Equal(
            [$"solana: lookup table {table}: its address {Payees + 2} is none that was planned there"],
            (await scene.Audit()).Invariants.Single(one => one.Id == "7").Findings);

        await scene.RunUntil(
            async () => (await scene.Table())!.State == LookupState.Retired, "the table is given up");
        Assert.Contains("changed our lookup table", scene.Desk.Frozen, StringComparison.Ordinal);
        scene.Desk.Frozen = null;
        scene.IsKept = false;
        var again = await scene.Ask(Payees, 7);
        await scene.RunUntilPaid(again);

        await AssertPaid(scene, again);
        Assert.All(await Chunks(scene, again), chunk => Assert.InRange(chunk.Payouts.Count, 1, Chunk.PayoutsMax));
    }

    [Fact]
    public async Task A_chunk_that_was_planned_by_table_is_planned_anew_when_the_table_is_ended_before_it_is_signed()
    {
        await using var scene = await Tabled();
        scene.IsKept = false;
        var again = await scene.Ask(Payees, 7);
        await scene.RunUntil(
            async () => await scene.Books.Chunks.Of(again[0].Payout, Cancel) is [{ Payouts.Count: Payees }], "planned");

        await scene.Steal(AddressLookupTableProgram.Deactivate(
            PublicKey.Parse((await scene.Table())!.Address), scene.Rail.Treasury));
        await scene.RunUntilPaid(again);

        await AssertPaid(scene, again);
        var chunks = await Chunks(scene, again);
        Assert.Contains(chunks, chunk => chunk is { State: ChunkState.Dead, Attempts.Count: 0, Payouts.Count: Payees });
        Assert.All(
            chunks.Where(chunk => chunk.State == ChunkState.Finalized),
            chunk => Assert.InRange(chunk.Payouts.Count, 1, Chunk.PayoutsMax));
    }

    [Fact]
    public async Task A_chunk_that_was_sent_by_table_is_called_off_by_its_nonce_when_the_table_is_ended()
    {
        await using var scene = await Tabled();
        scene.IsKept = false;
        await scene.Chain.SetFaultAsync(
            new JsonObject { ["kind"] = "ack_only", ["method"] = "sendTransaction", ["count"] = 1 }, Cancel);
        var again = await scene.Ask(Payees, 7);
        await scene.RunUntil(
            async () => await scene.Books.Chunks.Of(again[0].Payout, Cancel) is [{ State: ChunkState.Sent }], "sent");

        await scene.Steal(AddressLookupTableProgram.Deactivate(
            PublicKey.Parse((await scene.Table())!.Address), scene.Rail.Treasury));
        await scene.RunUntilPaid(again);

        await AssertPaid(scene, again);
        Assert.Contains(
            await Chunks(scene, again),
            chunk => chunk is { State: ChunkState.Dead, Attempts.Count: 2, Payouts.Count: Payees });
    }

    [Fact]
    public async Task A_table_with_other_addresses_than_written_down_is_neither_used_nor_signed_for()
    {
        await using var scene = await Tabled();
        scene.IsKept = false;
        var table = (await scene.Table())!;
        var usable = Assert.Single(await scene.Rail.Tables!.Usable(scene.Rail, scene.Chain.GenesisHash, Cancel));
        var foreign = new LookupTable(usable.Address, [.. usable.Addresses.Reverse()]);
        var transfer = TokenProgram.TransferChecked(new TokenTransfer
        {
            Source = scene.Rail.TreasuryAccount,
            Mint = scene.Rail.Mint,
            Destination = AssociatedTokenProgram.Address(LaneScene.Wallet(1).PublicKey, scene.Rail.Mint),
            Owner = scene.Rail.Treasury,
            Amount = 5,
            Decimals = 6,
        });
        var nonce = scene.Rail.NonceAccountOf("lane_0");
        var value = new Hash(new byte[32]);
        Instruction[] instructions = [SystemProgram.AdvanceNonce(nonce, scene.Rail.Treasury), transfer];
        PermittedTransfer[] payees = [new(LaneScene.Wallet(1).PublicKey, 5)];

        await Sign(usable, usable);
        Assert.Contains(
            "written down", (await Refused(foreign, foreign)).Message, StringComparison.Ordinal);
        var elsewhere = usable with { Address = scene.Rail.Mint };
        Assert.Contains("none of ours", (await Refused(elsewhere, elsewhere)).Message, StringComparison.Ordinal);
        Assert.Contains("no lookup table is permitted", (await Refused(usable)).Message, StringComparison.Ordinal);
        await scene.Rows.Retire(table.Address, "for the test", Cancel);
        Assert.Contains("retired", (await Refused(usable, usable)).Message, StringComparison.Ordinal);

        Task<SigningRefusedException> Refused(LookupTable named, params IReadOnlyList<LookupTable> told) =>
            Assert.ThrowsAsync<SigningRefusedException>(() => Sign(named, told));

        async Task Sign(LookupTable named, params IReadOnlyList<LookupTable> told) => await scene.Rail.Signer.SignAsync(
            Message.CompileV0(scene.Rail.Treasury, value, instructions, named).Encode(),
            new SigningPermit.Transfers(nonce, value, payees) { Tables = told },
            Cancel);
    }

    /// <summary>A market whose payees were paid once and are in a table.</summary>
    private static async Task<TableScene> Tabled(int payees = Payees)
    {
        var scene = await TableScene.Open();

        try
        {
            await scene.OpenAccounts(payees);
            await scene.RunUntilPaid(await scene.Ask(payees, 1_000));
            await scene.RunUntilTabled(payees);
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>Each wallet has the one of its opening, the thousand of before, and what was asked for, once.</summary>
    private static async Task AssertPaid(TableScene scene, IReadOnlyList<ChunkPayout> payouts)
    {
        foreach (var payout in payouts)
        {
            Assert.Equal(1 + 1_000 + (ulong)payout.Amount.Micros, await scene.UsdcOf(payout.Wallet));
            Assert.Equal(0, await scene.Books.Payable(payout.Provider));
            Assert.Equal(0, await scene.Books.Held(payout.Provider));
        }
    }

    private static async Task<IReadOnlyList<Chunk>> Chunks(TableScene scene, IReadOnlyList<ChunkPayout> payouts)
    {
        var chunks = new List<Chunk>();

        foreach (var payout in payouts)
        {
            chunks.AddRange(await scene.Books.Chunks.Of(payout.Payout, Cancel));
        }

        return [.. chunks.DistinctBy(chunk => chunk.Id)];
    }
}
