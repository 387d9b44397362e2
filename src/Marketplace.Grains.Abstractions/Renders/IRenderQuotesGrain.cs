using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>The quotes of one account; key <c>acc_…</c>. The newest are kept, so their number has a limit.</summary>
[GrainInterfaceType("render-quotes"), Alias("IRenderQuotesGrain")]
public interface IRenderQuotesGrain : IGrainWithStringKey
{
    /// <summary>Makes a quote of an order from what was found of its scene and the offers of this moment.</summary>
    /// <param name="order">The order as it would be placed without a quote.</param>
    /// <param name="body">The request that it comes from, as JSON.</param>
    /// <param name="probe">What was found.</param>
    /// <param name="cancel">Ends it.</param>
    [Alias("Make")]
    Task<QuoteOutcome> Make(RenderOrder order, string body, RenderProbe probe, CancellationToken cancel = default);

    /// <summary>The quote, valid or not any more; null when this account has or keeps none of this id.</summary>
    [Alias("Find")]
    Task<RenderQuote?> Find(RenderQuoteId quote, CancellationToken cancel = default);
}
