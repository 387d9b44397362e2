using Marketplace.Host.Verification;

namespace Marketplace.Host.Tests.Verification;

public sealed class AuditQueueTests
{
    private const string Greedy = "prov_greedy";
    private const string Other = "acc_other";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_provider_takes_its_share_of_the_places_and_no_more()
    {
        using var queue = Queue();
        var gate = new TaskCompletionSource<int>();
        var first = queue.Run(Greedy, _ => gate.Task, Cancel);
        var second = queue.Run(Greedy, _ => Task.FromResult(2), Cancel);
        var other = queue.Run(Other, _ => Task.FromResult(3), Cancel);

        var fault = await Assert.ThrowsAsync<TimeoutException>(
            () => queue.Run(Greedy, _ => Task.FromResult(4), Cancel));
        gate.SetResult(1);

        Assert.Equal($"2 things of {Greedy} wait already.", fault.Message);
        var found = await Task.WhenAll(first, second, other);
        Assert.Equal([1, 2, 3], found);
        Assert.Equal(5, await queue.Run(Greedy, _ => Task.FromResult(5), Cancel));
    }

    [Fact]
    public async Task What_is_given_up_while_it_waits_is_not_begun_and_makes_room()
    {
        using var queue = Queue();
        using var late = new CancellationTokenSource();
        var gate = new TaskCompletionSource<int>();
        var first = queue.Run(Greedy, _ => gate.Task, Cancel);
        var second = queue.Run<int>(Greedy, _ => throw new InvalidOperationException("begun"), late.Token);

        await late.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        var third = queue.Run(Greedy, _ => Task.FromResult(3), Cancel);
        gate.SetResult(1);
        var found = await Task.WhenAll(first, third);
        Assert.Equal([1, 3], found);
    }

    [Fact]
    public async Task The_end_of_the_host_ends_the_check_that_runs()
    {
        var queue = Queue();
        var begun = new TaskCompletionSource();
        var check = queue.Run(
            Greedy,
            async ends =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, ends);
                return 1;
            },
            Cancel);
        await begun.Task.WaitAsync(Patience, Cancel);

        queue.Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check.WaitAsync(Patience, Cancel));
    }

    private static AuditQueue<MemoryStream> Queue() => new(new() { WaitingPerProvider = 2 }, "things");
}
