namespace Marketplace.Grains.Batches;

/// <summary>What is stored of a content: who needs it.</summary>
[GenerateSerializer, Alias("FileBytesState")]
internal sealed record FileBytesState
{
    /// <summary>Ids of files and of batches.</summary>
    [Id(0)]
    public IReadOnlyList<string> Holders { get; init; } = [];

    /// <summary>More holders than are counted needed it: it stays for ever.</summary>
    [Id(1)]
    public bool IsKept { get; init; }
}
