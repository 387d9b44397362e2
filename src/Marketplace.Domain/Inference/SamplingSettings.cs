namespace Marketplace.Domain.Inference;

/// <summary>
/// How a token is chosen besides temperature and seed, in the order of application: bias, penalties, top k, top p,
/// min p. Two are equal when all of it is.
/// </summary>
/// <param name="TopK">Only the k likeliest; 0 for all.</param>
/// <param name="TopP">Only the likeliest that have this probability together; 1 for all.</param>
/// <param name="MinP">Only tokens with this part of the likeliest one's probability; 0 for all.</param>
/// <param name="RepetitionPenalty">Divides the logits of tokens of prompt and text; 1 for none.</param>
/// <param name="PresencePenalty">Taken once from the logit of a token of the text.</param>
/// <param name="FrequencyPenalty">Taken for every time that the token stands in the text.</param>
/// <param name="Biases">By token, ascending, each once.</param>
[GenerateSerializer, Immutable, Alias("SamplingSettings")]
public sealed record SamplingSettings(
    [property: Id(0)] int TopK,
    [property: Id(1)] double TopP,
    [property: Id(2)] double MinP,
    [property: Id(3)] double RepetitionPenalty,
    [property: Id(4)] double PresencePenalty,
    [property: Id(5)] double FrequencyPenalty,
    [property: Id(6)] IReadOnlyList<LogitBias> Biases)
{
    public const int TopKMax = 1_000_000;
    public const double PenaltyMax = 2;
    public const double RepetitionPenaltyMin = 0.01;
    public const double RepetitionPenaltyMax = 10;

    /// <summary>Changes nothing.</summary>
    public static SamplingSettings Plain { get; } = new(0, 1, 0, 1, 0, 0, []);

    public bool Equals(SamplingSettings? other) =>
        other is not null
        && Numbers == other.Numbers
        && Biases.SequenceEqual(other.Biases);

    public override int GetHashCode() => Biases.Aggregate(Numbers.GetHashCode(), HashCode.Combine);

    private (int, double, double, double, double, double) Numbers =>
        (TopK, TopP, MinP, RepetitionPenalty, PresencePenalty, FrequencyPenalty);
}
