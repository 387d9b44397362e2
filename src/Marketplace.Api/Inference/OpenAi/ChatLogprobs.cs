namespace Marketplace.Api.Inference.OpenAi;

/// <summary>How likely the tokens of a message were.</summary>
/// <param name="Content">One for each token.</param>
/// <param name="Refusal">Always null.</param>
internal sealed record ChatLogprobs(IReadOnlyList<TokenLogprob> Content, IReadOnlyList<TokenLogprob>? Refusal)
{
    public static ChatLogprobs? Of(IReadOnlyList<Domain.Inference.Token>? tokens) =>
        tokens is null ? null : new([.. tokens.Select(TokenLogprob.Of)], null);
}
