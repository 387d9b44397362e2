using Marketplace.Solana.Keys;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Solana.Tests.Rpc;

/// <summary>Several nodes of one chain: which one is asked, which are believed, and what a dead one costs.</summary>
public sealed class SolanaNodesTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeSolana _chain = new();
    private readonly SolanaNode[] _nodes;
    private readonly SolanaNodes _all;

    public SolanaNodesTests()
    {
        _nodes = [.. Enumerable.Range(0, 3).Select(_ => new SolanaNode(_chain))];
        _all = new SolanaNodes(_nodes, _clock);
        _all.Pin(_chain.GenesisHash);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_that_failed_is_left_alone_until_it_has_rested()
    {
        _nodes[0].IsDown = true;
        Assert.Equal(_chain.Slot, await Slot());
        var tried = _nodes[0].Calls;

        await Slot();
        Assert.Equal(tried, _nodes[0].Calls);

        _nodes[0].IsDown = false;
        _clock.Advance(TimeSpan.FromSeconds(31));
        await Slot();
        Assert.True(_nodes[0].Calls > tried);
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_waited_for_once_and_the_next_one_is_asked_beside_it()
    {
        _nodes[0].Hangs = true;
        var first = _all.GetBlockHeightAsync(ReadOptions.Finalized, Cancel);
        var hanging = _all.GetAccountInfoAsync(_chain.UsdcMint, ReadOptions.Finalized, Cancel);
        Assert.False(hanging.IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.NotNull((await hanging).Value);
        await first;
        Assert.True(_all.GetAccountInfoAsync(_chain.UsdcMint, ReadOptions.Finalized, Cancel).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task The_word_of_a_node_of_another_chain_does_not_count()
    {
        _nodes[0].Genesis = new FakeSolana("another").GenesisHash;
        _nodes[0].Lag = 20;

        Assert.Equal(_chain.Slot, await Slot());
        Assert.Equal(_chain.GenesisHash, await _all.GetGenesisHashAsync(Cancel));
    }

    [Fact]
    public async Task Where_every_node_is_of_another_chain_it_is_told_and_nothing_else_is()
    {
        var other = new FakeSolana("another").GenesisHash;
        Array.ForEach(_nodes, node => node.Genesis = other);

        Assert.Equal(other, await _all.GetGenesisHashAsync(Cancel));
        await Assert.ThrowsAsync<SolanaRpcException>(Slot);
    }

    [Fact]
    public async Task A_node_that_changes_its_chain_is_found_out_within_seconds()
    {
        await Slot();
        _nodes[0].Genesis = new FakeSolana("another").GenesisHash;
        _nodes[0].Lag = 20;

        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(_chain.Slot, await Slot());
    }

    [Fact]
    public async Task Nodes_of_different_chains_name_no_chain_before_one_is_pinned()
    {
        var all = new SolanaNodes(_nodes, _clock);
        _nodes[1].Genesis = new FakeSolana("another").GenesisHash;

        await Assert.ThrowsAsync<SolanaRpcException>(() => all.GetGenesisHashAsync(Cancel));
    }

    [Fact]
    public async Task Two_of_three_have_to_say_the_same_and_one_liar_does_not_matter()
    {
        _nodes[0].Lies = true;

        var account = await Agreed();
        Assert.Equal((await _nodes[1].GetAccountInfoAsync(_chain.UsdcMint, ReadOptions.Finalized, Cancel)).Value!.Data.ToArray(), account);

        _nodes[1].IsDown = true;
        var problem = await Assert.ThrowsAsync<SolanaRpcException>(Agreed);
        Assert.Contains("2 nodes have to say the same", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_too_few_are_awake_one_that_rests_is_asked_again()
    {
        _nodes[0].IsDown = true;
        _nodes[1].IsDown = true;
        await Slot();
        _nodes[1].IsDown = false;

        var slots = await _all.Several((node, stop) => node.GetSlotAsync(ReadOptions.Processed, stop), Cancel);

        Assert.Equal([_chain.Slot, _chain.Slot], slots);
    }

    [Fact]
    public async Task A_refusal_of_the_question_itself_is_not_asked_of_the_next_node()
    {
        await Assert.ThrowsAsync<SolanaRpcException>(() => _all.GetTokenAccountBalanceAsync(
            Keypair.Generate().PublicKey, ReadOptions.Finalized, Cancel));

        Assert.Equal(0, _nodes[1].Calls);
    }

    private Task<ulong> Slot() => _all.GetSlotAsync(ReadOptions.Processed, Cancel);

    private async Task<byte[]> Agreed() => (await _all.Agree(
        async (node, stop) => (await node.GetAccountInfoAsync(_chain.UsdcMint, ReadOptions.Finalized, stop)).Value!.Data.ToArray(),
        (one, other) => one.AsSpan().SequenceEqual(other),
        Cancel));
}
