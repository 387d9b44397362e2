namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>What became of a scene.</summary>
[GenerateSerializer, Immutable, Alias("SceneOutcome")]
public abstract record SceneOutcome
{
    private SceneOutcome()
    {
    }

    /// <summary>It can be rendered.</summary>
    [GenerateSerializer, Immutable, Alias("SceneOutcome.Ready")]
    public sealed record Ready([property: Id(0)] SceneView Scene) : SceneOutcome;

    /// <summary>No file with this hash was uploaded.</summary>
    [GenerateSerializer, Immutable, Alias("SceneOutcome.BlobUnknown")]
    public sealed record BlobUnknown([property: Id(0)] string Path, [property: Id(1)] string Sha256) : SceneOutcome;

    /// <summary>The files are no usable scene; the text names the offence and the offset.</summary>
    [GenerateSerializer, Immutable, Alias("SceneOutcome.Corrupt")]
    public sealed record Corrupt([property: Id(0)] string Why) : SceneOutcome;
}
