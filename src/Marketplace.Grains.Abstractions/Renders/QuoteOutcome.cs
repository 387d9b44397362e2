using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>What became of a wish for a quote.</summary>
[GenerateSerializer, Immutable, Alias("QuoteOutcome")]
public abstract record QuoteOutcome
{
    private QuoteOutcome()
    {
    }

    /// <summary>It was made and is kept.</summary>
    [GenerateSerializer, Immutable, Alias("QuoteOutcome.Made")]
    public sealed record Made([property: Id(0)] RenderQuote Quote) : QuoteOutcome;

    /// <summary>No device known to the market could ever take the order.</summary>
    [GenerateSerializer, Immutable, Alias("QuoteOutcome.Unsatisfiable")]
    public sealed record Unsatisfiable([property: Id(0)] IReadOnlyList<WhyNot> Why) : QuoteOutcome;
}
