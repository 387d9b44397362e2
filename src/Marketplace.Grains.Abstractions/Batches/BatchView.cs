using Marketplace.Domain.Accounts;
using Marketplace.Domain.Inference;

namespace Marketplace.Grains.Abstractions.Batches;

/// <summary>A batch as its owner sees it.</summary>
/// <param name="Times">When it came to each of its states.</param>
/// <param name="Total">Lines; 0 until they were read.</param>
/// <param name="Completed">Lines that succeeded.</param>
/// <param name="Failed">Lines that were refused or failed.</param>
[GenerateSerializer, Immutable, Alias("BatchView")]
public sealed record BatchView(
    [property: Id(0)] BatchId Id,
    [property: Id(1)] AccountId Account,
    [property: Id(2)] NewBatch Wanted,
    [property: Id(3)] BatchState State,
    [property: Id(4)] IReadOnlyDictionary<BatchState, DateTimeOffset> Times,
    [property: Id(5)] DateTimeOffset CreatedAt,
    [property: Id(6)] int Total,
    [property: Id(7)] int Completed,
    [property: Id(8)] int Failed,
    [property: Id(9)] FileId? Output,
    [property: Id(10)] FileId? Errors,
    [property: Id(11)] IReadOnlyList<BatchFault> Faults)
{
    /// <summary>When what is not finished is given up.</summary>
    public DateTimeOffset ExpiresAt => CreatedAt + BatchLimits.Window;
}
