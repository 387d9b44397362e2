using Marketplace.Grains.Abstractions.Batches;

namespace Marketplace.Grains.Batches;

/// <summary>What is stored of a file; without a view it was never opened.</summary>
[GenerateSerializer, Alias("FileState")]
internal sealed record FileState
{
    [Id(0)]
    public FileView? File { get; init; }

    /// <summary>Deleted for good: the id is not given again.</summary>
    [Id(1)]
    public bool IsDeleted { get; init; }
}
