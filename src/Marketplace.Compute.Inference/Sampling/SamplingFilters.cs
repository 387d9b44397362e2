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

    internal bool ChangesLogits => Bias.Count > 0 || HasPenalty;

    internal bool HasPenalty => RepetitionPenalty != 1 || PresencePenalty != 0 || FrequencyPenalty != 0;

    internal bool Cuts => TopK > 0 || TopP < 1 || MinP > 0;
}
