namespace Marketplace.Compute.Inference.Sampling;

/// <summary>
/// What changes a model's logits, and which tokens may be drawn at all, before the draw. Applied in this order: bias,
/// penalties, top k, top p, min p, temperature (llama.cpp's order, <c>common/sampling.h</c>).
/// </summary>
public sealed record SamplingFilters
{
    /// <summary>Changes nothing.</summary>
    public static SamplingFilters None { get; } = new();

    /// <summary>Only the k likeliest; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>
    /// Only the smallest set of likeliest tokens that has this probability together, at least one; 1 for all.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>Only tokens with at least this part of the likeliest one's probability; 0 for all.</summary>
    public double MinP { get; init; }

    /// <summary>
    /// Divides positive and multiplies negative logits of tokens that stand in the prompt or the text; 1 for none.
    /// Source: Keskar et al. 2019, "CTRL".
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Taken once from the logit of a token that stands in the text.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>Taken from a token's logit for every time that it stands in the text.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>Added to the logits of these tokens; tokens that the vocabulary has not are passed over.</summary>
    public IReadOnlyDictionary<int, float> Bias { get; init; } = new Dictionary<int, float>();

    /// <summary>What stays inside whatever honest logits do: their masses move by the factor e^(2 tolerance).</summary>
    internal SamplingFilters Narrower(double tolerance) => Moved(tolerance);

    /// <summary>What may be inside.</summary>
    internal SamplingFilters Wider(double tolerance) => Moved(-tolerance);

    internal bool ChangesLogits => Bias.Count > 0 || HasPenalty;

    internal bool HasPenalty => RepetitionPenalty != 1 || PresencePenalty != 0 || FrequencyPenalty != 0;

    /// <summary>
    /// Odds of being within top p move by e^(±2 tolerance) when every logit moves by the tolerance at most; so does a
    /// token's part of the likeliest one's probability. What top k leaves moves with the logit of its border alone.
    /// </summary>
    private SamplingFilters Moved(double tolerance)
    {
        var factor = Math.Exp(2 * tolerance);
        return this with
        {
            TopP = TopP >= 1 ? 1 : TopP / (TopP + ((1 - TopP) * factor)),
            MinP = MinP * factor,
        };
    }

    internal bool Cuts => TopK > 0 || TopP < 1 || MinP > 0;
}
