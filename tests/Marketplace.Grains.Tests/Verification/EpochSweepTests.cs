using System.Text;
using System.Text.Json;
using Marketplace.Grains.Verification;
using Marketplace.Ledger.Verification;
using Marketplace.Ledger.Verify;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Testing.Solana;

namespace Marketplace.Grains.Tests.Verification;

public sealed class EpochSweepTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_epoch_closes_by_size_or_by_age_and_every_receipt_has_its_way_to_the_root()
    {
        await using var scene = await EpochScene.Open(new() { EpochSize = 3, Anchor = false });
        await scene.Receipts(1, 7);
        await scene.Turn();

        Assert.Equal(3, (await scene.Epochs.Of(1, Cancel))?.Head.Size);
        Assert.Equal(2, (await scene.Epochs.Of(6, Cancel))?.Head.Number);
        Assert.Null(await scene.Epochs.Of(7, Cancel));
        Assert.Equal(JsonValueKind.Null, (await scene.Proof(7)).GetProperty("epoch").ValueKind);

        scene.Clock.Advance(TimeSpan.FromHours(1));
        await scene.Turn();

        Assert.Equal((3, 1), ((await scene.Epochs.Of(7, Cancel))!.Head.Number, (await scene.Epochs.Of(7, Cancel))!.Head.Size));

        foreach (var number in Enumerable.Range(1, 7))
        {
            Assert.True(await scene.LeadsToRoot(number), $"receipt {number}");
        }
    }

    [Fact]
    public async Task The_keys_are_known_before_a_host_takes_any_work()
    {
        await using var scene = await EpochScene.Open(new() { Anchor = false });
        await scene.NewSweep().StartingAsync(Cancel);
        scene.Clock.Advance(TimeSpan.FromHours(1));
        using var next = new ReceiptSigner(Keypair.Generate());
        var former = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [scene.Signer.KeyId] = AuditSecrets.RootOf(scene.Signer),
        };
        var secrets = new AuditSecrets(next, scene.Clock, former);

        await scene.NewSweep(next, secrets).StartingAsync(Cancel);

        // The day's hash was told by the former key.
        Assert.Equal(scene.Signer.KeyId, secrets.Draw(new byte[32], 1).Key);
    }

    [Fact]
    public async Task Two_hosts_close_an_epoch_once()
    {
        await using var scene = await EpochScene.Open(new() { EpochSize = 2, Anchor = false });
        await scene.Receipts(1, 8);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => scene.NewSweep().Run(Cancel)));

        Assert.Equal(4, (await scene.Epochs.Of(8, Cancel))?.Head.Number);
        Assert.True(await scene.LeadsToRoot(5));
    }

    [Fact]
    public async Task The_root_goes_on_chain_once_and_the_fee_is_in_the_books()
    {
        await using var scene = await EpochScene.Open(new() { EpochSize = 2 });
        await scene.Receipts(1, 2);
        await scene.Turn();
        var head = (await scene.Epochs.Of(1, Cancel))!.Head;

        Assert.Equal("pending", (await scene.Proof(1)).GetProperty("anchor").GetProperty("state").GetString());

        scene.Chain.Advance(40);
        await scene.Turn();
        await scene.Turn();

        var anchor = (await scene.Proof(1)).GetProperty("anchor");
        Assert.Equal("final", anchor.GetProperty("state").GetString());
        Assert.Equal(head.Memo, anchor.GetProperty("memo").GetString());
        Assert.Equal(1, scene.Chain.LandedCount);
        var landed = Transaction.Decode(scene.Chain.Received[0]).Message;
        Assert.Equal(head.Memo, Encoding.UTF8.GetString(landed.Decompile()[0].Data.Span));
        Assert.Equal(5_000, (await scene.Book.TrialBalance(Cancel)).Single(line => line.Account == "X:sol:network").Balance);
        Assert.Contains(new(scene.Chain.GenesisHash.ToString(), scene.Rail.Treasury.ToString()), (await scene.Proofs.Keys(Cancel)).Anchors);

        var audited = await scene.Audit();
        Assert.True(audited.Standing == Standing.Holds, string.Join(' ', audited.Findings));
        Assert.Equal(head.Memo, Assert.Single((await scene.NewWitness().Read(Cancel)).Anchors).Memo);
    }

    [Fact]
    public async Task An_anchor_that_the_chain_does_not_have_or_that_tells_another_root_is_found()
    {
        await using var scene = await EpochScene.Open(new() { EpochSize = 2 });
        await scene.Receipts(1, 4);
        scene.Options.Anchor = false;
        await scene.Turn();
        var wrong = await scene.Note("mkt-epoch-v1:1:1:2:" + new string('0', 64));
        scene.Chain.Advance(40);

        foreach (var (epoch, signature) in new[] { (1, wrong), (2, new Signature(new byte[64])) })
        {
            var head = (await scene.Epochs.Of((epoch * 2) - 1, Cancel))!.Head;
            var anchor = new StoredAnchor(
                epoch, 1, scene.Chain.GenesisHash.ToString(), scene.Rail.Treasury.ToString(), head.Memo, [(byte)epoch],
                signature.ToString(), 1, StoredAnchor.Signed);
            Assert.True(await scene.Anchors.Store(anchor, Cancel));
            await scene.Anchors.Settle(anchor, StoredAnchor.Final, Cancel);
        }

        var found = (await scene.Audit()).Findings;
        Assert.Contains("its memo on the chain is", found[0], StringComparison.Ordinal);
        Assert.Contains("the chain has finalized no such transaction", found[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SendFault.RequestLost)]
    [InlineData(SendFault.ReplyLost)]
    [InlineData(SendFault.AckOnly)]
    [InlineData(SendFault.NodeBehind)]
    public async Task After_a_fault_the_same_bytes_go_out_again(SendFault fault)
    {
        await using var scene = await EpochScene.Open(new() { EpochSize = 2 });
        await scene.Receipts(1, 2);
        scene.Chain.FailSends(fault);
        await scene.Turn();
        var signed = await scene.Anchors.Last(1, Cancel);

        await scene.Turn();
        scene.Chain.Advance(40);
        await scene.Turn();

        var settled = await scene.Anchors.Last(1, Cancel);
        Assert.Equal(StoredAnchor.Final, settled?.State);
        Assert.Equal((1, signed!.Signature), (settled!.Attempt, settled.Signature));
        Assert.Equal(1, scene.Chain.LandedCount);
    }

    [Fact]
    public async Task Bytes_that_can_never_land_are_replaced_and_not_before()
    {
        await using var scene = await EpochScene.Open(new() { EpochSize = 2 });
        await scene.Receipts(1, 2);
        scene.Chain.FailSends(Enumerable.Repeat(SendFault.AckOnly, 3));
        await scene.Turn();
        scene.Chain.Advance(100);
        await scene.Turn();
        Assert.Equal((1, StoredAnchor.Signed), await Last(scene));

        scene.Chain.Advance(400);
        await scene.Turn();
        Assert.Equal((1, StoredAnchor.Dead), await Last(scene));
        await scene.Turn();
        Assert.Equal((2, StoredAnchor.Signed), await Last(scene));
        await scene.Turn();
        scene.Chain.Advance(40);
        await scene.Turn();

        Assert.Equal((2, StoredAnchor.Final), await Last(scene));
    }

    [Fact]
    public async Task The_fee_of_one_that_a_node_hid_until_it_was_given_up_comes_into_the_books()
    {
        await using var scene = await EpochScene.Open(new() { EpochSize = 2 });
        await scene.Receipts(1, 2);
        await scene.Turn();
        scene.Chain.Advance(600);
        scene.Chain.IsHiding = true;
        await scene.Turn();
        Assert.Equal((1, StoredAnchor.Dead), await Last(scene));

        scene.Chain.IsHiding = false;
        await scene.Turn();
        scene.Chain.Advance(40);
        await scene.Turn();
        await scene.Turn();

        Assert.Equal((2, StoredAnchor.Final), await Last(scene));
        Assert.Equal(2, scene.Chain.LandedCount);
        Assert.Equal(10_000, (await scene.Book.TrialBalance(Cancel)).Single(line => line.Account == "X:sol:network").Balance);
    }

    [Fact]
    public async Task A_chain_that_is_down_holds_up_neither_epochs_nor_receipts()
    {
        await using var scene = await EpochScene.Open(new() { EpochSize = 2 });
        await scene.Receipts(1, 2);
        scene.Chain.FailCalls("getGenesisHash", 3);
        await Assert.ThrowsAnyAsync<Exception>(scene.Turn);

        Assert.True(await scene.LeadsToRoot(1));
        await scene.Receipts(3, 1);
        Assert.Equal(JsonValueKind.Null, (await scene.Proof(1)).GetProperty("anchor").ValueKind);
    }

    private static async Task<(long, string)> Last(EpochScene scene)
    {
        var last = (await scene.Anchors.Last(1, Cancel))!;
        return (last.Attempt, last.State);
    }
}
