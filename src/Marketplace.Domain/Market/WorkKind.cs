namespace Marketplace.Domain.Market;

/// <summary>The kinds of work that can be ordered.</summary>
[GenerateSerializer, Alias("WorkKind")]
public enum WorkKind
{
    /// <summary>Text generation.</summary>
    Text = 0,

    /// <summary>A path-traced render.</summary>
    Render = 1,

    /// <summary>Vectors of texts.</summary>
    Embedding = 2,
}
