using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Market;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Renders;

/// <summary>
/// An account's quotes. They hold no money and no device: a quote fixes the price cap that an order may come with.
/// </summary>
[GrainType("render-quotes")]
internal sealed class RenderQuotesGrain(
    [PersistentState("render-quotes")] IPersistentState<RenderQuotesState> quotes,
    DeviceDirectory directory,
    IOptions<QuoteOptions> options,
    TimeProvider clock) : Grain, IRenderQuotesGrain
{
    public async Task<QuoteOutcome> Make(
        RenderOrder order, string body, RenderProbe probe, CancellationToken cancel = default)
    {
        var listed = await directory.Listed(cancel);
        var connected = await GrainFactory.GetGrain<IPlacementGrain>(0).Offers(cancel);

        if (QuoteTerms.Of(order, probe, listed, connected) is not { } terms)
        {
            return new QuoteOutcome.Unsatisfiable(listed.Count == 0
                ? [new("device", 0, 0, "no device is listed")]
                : WhyNot.Explain(listed, order.Needs));
        }

        var now = clock.GetUtcNow();
        var quote = new RenderQuote(
            RenderQuoteId.From(Guid.CreateVersion7(now)),
            body,
            terms,
            probe,
            order.Needs.MemoryBytes,
            now,
            now + options.Value.ValidFor);
        await this.Save(
            quotes, new() { Quotes = [quote, .. quotes.State.Quotes.Take(RenderQuotesState.QuotesMax - 1)] });

        return new QuoteOutcome.Made(quote);
    }

    public Task<RenderQuote?> Find(RenderQuoteId quote, CancellationToken cancel = default) =>
        Task.FromResult(quotes.State.Quotes.FirstOrDefault(kept => kept.Id == quote));
}
