namespace Marketplace.Grains.Abstractions.Batches;

/// <summary>What a direct request would have been answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON.</param>
[GenerateSerializer, Immutable, Alias("LineAnswer")]
public sealed record LineAnswer([property: Id(0)] int Status, [property: Id(1)] string Body)
{
    /// <summary>Whether it is the text and not a refusal.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;
}
