using System.Runtime.CompilerServices;
using Marketplace.Api.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Tests.Http;

public sealed class EventStreamTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_client_that_leaves_while_nothing_happens_is_no_fault_and_what_it_watched_is_let_go()
    {
        using var client = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var watched = new Watched();
        var source = new EventSource<int>(
            _ => watched.Happenings(),
            (number, _) => new("number", number, number),
            _ => Task.FromResult<IReadOnlyList<ServerSentEvent>?>([]));
        var stream = new EventStream(
            Options.Create(new ApiOptions()), Options.Create(new JsonOptions()), TimeProvider.System);
        var writing = stream.Write(source, 0, new DefaultHttpContext().Response, client.Token);
        await watched.Waits.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);

        await client.CancelAsync();
        watched.MayEnd.SetResult();

        await writing.WaitAsync(Limit, TestContext.Current.CancellationToken);
        Assert.True(watched.IsLetGo);
    }

    /// <summary>One happening, then none; it sees only after a while that nobody listens.</summary>
    private sealed class Watched
    {
        public TaskCompletionSource Waits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsLetGo { get; private set; }

        public async IAsyncEnumerable<int> Happenings([EnumeratorCancellation] CancellationToken cancel = default)
        {
            try
            {
                yield return 1;
                Waits.SetResult();
                await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await MayEnd.Task;
                cancel.ThrowIfCancellationRequested();
            }
            finally
            {
                IsLetGo = true;
            }
        }
    }
}
