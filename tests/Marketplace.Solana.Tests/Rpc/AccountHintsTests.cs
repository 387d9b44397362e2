using System.Threading.Channels;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;

namespace Marketplace.Solana.Tests.Rpc;

/// <summary>A websocket that tells of changed accounts, and what it can do at worst: nothing.</summary>
public sealed class AccountHintsTests : IAsyncDisposable
{
    private static readonly HintRules Quick = new()
    {
        PauseMin = TimeSpan.FromMilliseconds(5),
        PauseMax = TimeSpan.FromMilliseconds(20),
        SameEvery = TimeSpan.Zero,
        MessagesPerSecondMax = 50,
    };

    private readonly HintSocket _node = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<PublicKey> _changed = Channel.CreateUnbounded<PublicKey>();
    private readonly Channel<string> _lost = Channel.CreateUnbounded<string>();
    private readonly PublicKey _ours = Key(1);
    private Task _listening = Task.CompletedTask;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        await _node.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_change_of_an_account_on_the_local_chain_is_heard_when_it_is_final()
    {
        Assert.SkipWhen(SolanaLocalnet.WhyUnavailable() is not null, SolanaLocalnet.WhyUnavailable() ?? string.Empty);
        await using var chain = await SolanaLocalnet.StartAsync(Cancel, slotMilliseconds: 10);
        var account = await chain.MintUsdcAsync(_ours, 5, Cancel);
        Listen(chain.WebSocketUrl, account, Key(2));
        Assert.Equal(
            [account, Key(2)],
            new HashSet<PublicKey> { await Changed(), await Changed() }.Order(new ByText(account)));

        await chain.MintUsdcAsync(_ours, 5, Cancel);

        // The first one was not final yet when we subscribed and may be heard of too.
        Assert.Equal(account, await Changed());
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_made_again()
    {
        Listen(_node.Url, _ours);
        (await _node.Next(Cancel)).Abort();
        var second = await _node.Next(Cancel);

        await HintSocket.Say(second, """{"jsonrpc":"2.0","id":0,"result":17}""", Cancel);
        Assert.Equal(_ours, await Changed());
        await HintSocket.Say(second, Notice(17), Cancel);
        Assert.Equal(_ours, await Changed());
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"accountNotification","params":{"subscription":99,"result":{}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":5,"result":17}""")]
    [InlineData("""{"jsonrpc":"2.0","id":-1,"result":17}""")]
    [InlineData("""{"id":"0","result":"17"}""")]
    [InlineData("""{"params":[17]}""")]
    [InlineData("""{"params":{"subscription":1e99}}""")]
    [InlineData("""[[[]]]""")]
    [InlineData("""17""")]
    public async Task What_is_about_no_account_of_ours_is_passed_over(string lie)
    {
        Listen(_node.Url, _ours);
        var socket = await _node.Next(Cancel);
        await HintSocket.Say(socket, lie, Cancel);
        await HintSocket.Say(socket, """{"jsonrpc":"2.0","id":0,"result":17}""", Cancel);

        Assert.Equal(_ours, await Changed());
        Assert.False(_changed.Reader.TryRead(out _));
        Assert.False(_lost.Reader.TryRead(out _));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("{\"a\":")]
    public async Task A_node_that_talks_nonsense_is_left_and_tried_again(string nonsense)
    {
        Listen(_node.Url, _ours);
        await HintSocket.Say(await _node.Next(Cancel), nonsense, Cancel);

        await _lost.Reader.ReadAsync(Cancel);
        await _node.Next(Cancel);
        Assert.False(_changed.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_message_that_is_too_long_ends_the_connection_before_it_is_kept()
    {
        Listen(_node.Url, _ours);
        var socket = await _node.Next(Cancel);
        var sending = HintSocket.Say(socket, new string(' ', 4 * 1024 * 1024), Cancel);

        Assert.Contains("more than 16384 bytes", await _lost.Reader.ReadAsync(Cancel), StringComparison.Ordinal);
        await _node.Next(Cancel);
        socket.Abort();
        await Record.ExceptionAsync(() => sending);
    }

    [Fact]
    public async Task A_flood_ends_the_connection()
    {
        Listen(_node.Url, _ours);
        var socket = await _node.Next(Cancel);
        await Record.ExceptionAsync(async () =>
        {
            for (var message = 0; message < 200; message++)
            {
                await HintSocket.Say(socket, Notice(99), Cancel);
            }
        });

        Assert.Contains("messages in a second", await _lost.Reader.ReadAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_not_there_is_tried_until_listening_is_stopped()
    {
        await _node.DisposeAsync();
        Listen(_node.Url, _ours);

        await _lost.Reader.ReadAsync(Cancel);
        await _lost.Reader.ReadAsync(Cancel);
        await _stop.CancelAsync();
        await _listening;
    }

    private static string Notice(long subscription) =>
        """{"jsonrpc":"2.0","method":"accountNotification","params":{"result":{},"subscription":"""
        + $"{subscription}}}}}";

    private static PublicKey Key(int number) =>
        Keypair.FromSeed(Enumerable.Repeat((byte)number, 32).ToArray()).PublicKey;

    private ValueTask<PublicKey> Changed() => _changed.Reader.ReadAsync(Cancel);

    private void Listen(Uri url, params PublicKey[] accounts) => _listening = new AccountHints(url, accounts, Quick)
        .Listen(
            (account, stop) => _changed.Writer.WriteAsync(account, stop).AsTask(),
            why => _lost.Writer.TryWrite(why),
            _stop.Token);

    private sealed class ByText(PublicKey first) : IComparer<PublicKey>
    {
        public int Compare(PublicKey? one, PublicKey? other) => (other == first).CompareTo(one == first);
    }
}
