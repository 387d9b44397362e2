namespace Marketplace.Api.Http;

/// <summary>What an event stream tells of.</summary>
/// <param name="Watch">What happens after the event with this id, to the end or until the grain moves.</param>
/// <param name="Tell">How a happening is told; null for one that was told before this id.</param>
/// <param name="End">The last events when all is over, else null.</param>
internal sealed record EventSource<THappening>(
    Func<int, IAsyncEnumerable<THappening>> Watch,
    Func<THappening, int, ServerSentEvent?> Tell,
    Func<CancellationToken, Task<IReadOnlyList<ServerSentEvent>?>> End)
{
    /// <summary>Events before anything happens.</summary>
    public IReadOnlyList<ServerSentEvent> Begin { get; init; } = [];
}
