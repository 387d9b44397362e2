using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;

namespace Marketplace.Solana.Tests.Rpc;

/// <summary>What many ask of one node together: one call, each its own answer, none older than its question.</summary>
public sealed class SharedSolanaRpcTests
{
    private readonly FakeSolana _chain = new();
    private readonly SolanaNode _node;
    private readonly SharedSolanaRpc _shared;

    public SharedSolanaRpcTests()
    {
        _node = new SolanaNode(_chain);
        _shared = new SharedSolanaRpc(_node);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Accounts_asked_for_while_a_call_is_under_way_come_in_one_call_each_to_who_asked()
    {
        var owners = Enumerable.Range(1, 40).Select(number => Key(number)).ToArray();
        var accounts = owners.Select((owner, at) => _chain.MintUsdc(owner, (ulong)at + 1)).ToArray();
        _chain.Advance(40);

        var answers = await Task.WhenAll(accounts.Select(
            account => _shared.GetAccountInfoAsync(account, ReadOptions.Finalized, Cancel)));

        for (var at = 0; at < answers.Length; at++)
        {
            Assert.Equal((ulong)at + 1, TokenAccount.Decode(answers[at].Value!.Data.Span).Amount);
        }

        Assert.InRange(_node.Calls, 1, 20);
    }

    [Fact]
    public async Task Who_needs_a_later_slot_than_the_node_has_is_refused_and_the_others_are_answered()
    {
        var early = _shared.GetAccountInfoAsync(_chain.UsdcMint, ReadOptions.Finalized, Cancel);
        var late = _shared.GetAccountInfoAsync(
            _chain.UsdcMint, new ReadOptions(Commitment.Finalized, 1_000_000), Cancel);

        Assert.NotNull((await early).Value);
        var refused = await Assert.ThrowsAsync<SolanaRpcException>(() => late);
        Assert.Equal(RpcCode.MinContextSlot, refused.Code);
    }

    [Fact]
    public async Task A_call_that_fails_fails_for_those_that_went_with_it_and_for_nobody_after()
    {
        _node.IsDown = true;
        await Assert.ThrowsAsync<SolanaRpcException>(() => _shared.GetGenesisHashAsync(Cancel));
        _node.IsDown = false;

        Assert.Equal(_chain.GenesisHash, await _shared.GetGenesisHashAsync(Cancel));
    }

    [Fact]
    public async Task A_call_that_is_never_answered_holds_up_nobody_who_asks_after()
    {
        var begun = new TaskCompletionSource();
        var calls = new SharedCalls<int, int>(
            10,
            async asked =>
            {
                if (asked[0] == 1)
                {
                    begun.TrySetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, Cancel);
                }

                return new(7, asked);
            },
            TimeProvider.System);
        var hanging = calls.Ask([1], Cancel);
        await begun.Task;

        Assert.Equal([2, 3], (await calls.Ask([2, 3], Cancel)).Value);
        Assert.False(hanging.IsCompleted);
    }

    private static PublicKey Key(int number) =>
        Solana.Keys.Keypair.FromSeed(Enumerable.Repeat((byte)number, 32).ToArray()).PublicKey;
}
