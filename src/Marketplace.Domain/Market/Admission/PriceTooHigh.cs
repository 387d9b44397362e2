namespace Marketplace.Domain.Market.Admission;

/// <summary>The provider asks more than the renter accepts, for what this kind of work uses.</summary>
public static class PriceTooHigh
{
    public static Refusal? Check(Offer offer, WorkNeeds needs)
    {
        var (ask, cap) = (offer.Ask, needs.Cap);

        return needs.Kind switch
        {
            WorkKind.Text or WorkKind.Embedding when ask.PromptTokens > cap.PromptTokens =>
                new("price", $"asks {ask.PromptTokens} USDC per million prompt tokens, cap is {cap.PromptTokens}"),
            WorkKind.Text when ask.OutputTokens > cap.OutputTokens =>
                new("price", $"asks {ask.OutputTokens} USDC per million output tokens, cap is {cap.OutputTokens}"),
            WorkKind.Render when ask.Megasample > cap.Megasample =>
                new("price", $"asks {ask.Megasample} USDC per million samples, cap is {cap.Megasample}"),
            _ => null,
        };
    }
}
