namespace Marketplace.Domain.Inference;

/// <summary>What is added to one token's logit.</summary>
/// <param name="Token">Its number in the model's vocabulary; one that is not there changes nothing.</param>
/// <param name="Bias">-100 to 100; the ends ban and force.</param>
[GenerateSerializer, Immutable, Alias("LogitBias")]
public readonly record struct LogitBias([property: Id(0)] int Token, [property: Id(1)] float Bias)
{
    /// <summary>Entries of one order.</summary>
    public const int CountMax = 300;

    public const float Max = 100;
}
