namespace Marketplace.Domain.Market;

/// <summary>How much a model is wanted.</summary>
/// <param name="Name">Its name in the catalogue.</param>
/// <param name="Sha256">What it goes by.</param>
/// <param name="Waiting">Pieces of work that wait for a device.</param>
/// <param name="OldestAt">Since when the oldest of them waits; null where none does.</param>
/// <param name="PerMinute">Orders a minute, lately.</param>
/// <param name="Needs">What the oldest of them needs, or the newest that came.</param>
[GenerateSerializer, Immutable, Alias("ModelDemand")]
public sealed record ModelDemand(
    [property: Id(0)] string Name,
    [property: Id(1)] string Sha256,
    [property: Id(2)] int Waiting,
    [property: Id(3)] DateTimeOffset? OldestAt,
    [property: Id(4)] double PerMinute,
    [property: Id(5)] WorkNeeds Needs)
{
    /// <summary>
    /// One demand for each model of several books. A ticket stands in every book that could have it, so the largest
    /// numbers count, not their sums.
    /// </summary>
    public static IReadOnlyList<ModelDemand> Merge(IEnumerable<ModelDemand> demands) =>
    [
        .. demands
            .GroupBy(demand => demand.Sha256, StringComparer.Ordinal)
            .Select(same => same.OrderBy(one => one.OldestAt ?? DateTimeOffset.MaxValue).First() with
            {
                Waiting = same.Max(one => one.Waiting),
                PerMinute = same.Max(one => one.PerMinute),
            })
            .OrderBy(demand => demand.Sha256, StringComparer.Ordinal),
    ];
}
