using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>What a look at a tile found.</summary>
[GenerateSerializer, Immutable, Alias("TileReading")]
public abstract record TileReading
{
    private TileReading()
    {
    }

    /// <summary>The estimated relative mean squared error of its pixels.</summary>
    [GenerateSerializer, Immutable, Alias("TileReading.Noise")]
    public sealed record Noise([property: Id(0)] double RelativeError) : TileReading;

    /// <summary>These units cannot be used.</summary>
    [GenerateSerializer, Immutable, Alias("TileReading.BadSums")]
    public sealed record BadSums([property: Id(0)] IReadOnlyList<BadUnit> Units) : TileReading;
}
