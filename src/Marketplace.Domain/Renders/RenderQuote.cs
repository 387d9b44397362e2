namespace Marketplace.Domain.Renders;

/// <summary>A price for a render before it is ordered.</summary>
/// <param name="Id">Names it; an order quotes it.</param>
/// <param name="Body">The request that it is for, as JSON: an order with another one does not get its price.</param>
/// <param name="Terms">What it says.</param>
/// <param name="Probe">What it was made from.</param>
/// <param name="MemoryBytes">Memory that the order takes on a device.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="ValidUntil">Orders may quote it before this moment.</param>
[GenerateSerializer, Immutable, Alias("RenderQuote")]
public sealed record RenderQuote(
    [property: Id(0)] RenderQuoteId Id,
    [property: Id(1)] string Body,
    [property: Id(2)] QuoteTerms Terms,
    [property: Id(3)] RenderProbe Probe,
    [property: Id(4)] long MemoryBytes,
    [property: Id(5)] DateTimeOffset MadeAt,
    [property: Id(6)] DateTimeOffset ValidUntil);
