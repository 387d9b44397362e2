using Marketplace.Domain.Inference;
using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>
/// What is done to the logits before the draw: bias, penalties, top k, top p, min p, in this order.
/// </summary>
/// <param name="BiasTokens">Tokens whose logits are changed; those that the vocabulary has not are passed over.</param>
/// <param name="Biases">What is added to them, one for each.</param>
[MessagePackObject]
public sealed record SamplingMessage(
    [property: Key(0)] int TopK,
    [property: Key(1)] double TopP,
    [property: Key(2)] double MinP,
    [property: Key(3)] double RepetitionPenalty,
    [property: Key(4)] double PresencePenalty,
    [property: Key(5)] double FrequencyPenalty,
    [property: Key(6)] int[] BiasTokens,
    [property: Key(7)] float[] Biases)
{
    /// <summary>The same in the market's words; biases without a token are left out.</summary>
    public SamplingSettings ToSettings() => new(
        TopK,
        TopP,
        MinP,
        RepetitionPenalty,
        PresencePenalty,
        FrequencyPenalty,
        [.. BiasTokens.Zip(Biases, (token, bias) => new LogitBias(token, bias))]);
}
