using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Host.Tests;

public sealed class LoopTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_loop_begins_once_at_the_start_and_then_turns_at_its_pace_whatever_failed()
    {
        var clock = new FakeTimeProvider();
        using var loop = new Counting(clock);
        await loop.StartAsync(Cancel);
        Assert.Equal("begin", await loop.Done.Reader.ReadAsync(Cancel));

        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("turn", await loop.Done.Reader.ReadAsync(Cancel));
        await loop.StopAsync(Cancel);
    }

    private sealed class Counting(TimeProvider clock) : Loop(TimeSpan.FromMinutes(1), clock, NullLogger.Instance)
    {
        public Channel<string> Done { get; } = Channel.CreateUnbounded<string>();

        protected override Task Begin(CancellationToken cancel)
        {
            Done.Writer.TryWrite("begin");
            throw new IOException("what begins may fail");
        }

        protected override Task Turn(CancellationToken cancel)
        {
            Done.Writer.TryWrite("turn");
            return Task.CompletedTask;
        }
    }
}
