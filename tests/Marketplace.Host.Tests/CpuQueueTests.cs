namespace Marketplace.Host.Tests;

public sealed class CpuQueueTests
{
    [Fact]
    public async Task Work_beyond_the_waiting_room_is_turned_away()
    {
        using var queue = new CpuQueue(workers: 1, waitingMax: 1);
        var gate = new TaskCompletionSource();
        var cancel = TestContext.Current.CancellationToken;
        var running = new TaskCompletionSource();
        var first = queue.Run(
            async () =>
            {
                running.SetResult();
                await gate.Task;
                return 1;
            },
            cancel);
        await running.Task.WaitAsync(TimeSpan.FromSeconds(30), cancel);
        var second = queue.Run(() => Task.FromResult(2), cancel);

        await Assert.ThrowsAsync<TimeoutException>(() => queue.Run(() => Task.FromResult(3), cancel));
        gate.SetResult();

        Assert.Equal(1, await first);
        Assert.Equal(2, await second);
        Assert.Equal(4, await queue.Run(() => Task.FromResult(4), cancel));
    }

    [Fact]
    public async Task Failed_work_makes_room()
    {
        using var queue = new CpuQueue(workers: 1, waitingMax: 1);
        var cancel = TestContext.Current.CancellationToken;

        await Assert.ThrowsAsync<FormatException>(() => queue.Run<int>(() => throw new FormatException(), cancel));

        Assert.Equal(1, await queue.Run(() => Task.FromResult(1), cancel));
    }
}
