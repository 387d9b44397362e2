using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>What is stored of an account's quotes: the newest first.</summary>
[GenerateSerializer, Alias("RenderQuotesState")]
internal sealed record RenderQuotesState
{
    /// <summary>Quotes that are kept of one account; the oldest goes.</summary>
    public const int QuotesMax = 32;

    [Id(0)]
    public IReadOnlyList<RenderQuote> Quotes { get; init; } = [];
}
