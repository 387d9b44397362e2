namespace Marketplace.Domain.Verification;

/// <summary>What an audit of one text found.</summary>
/// <param name="Cause">Why it does not stand; null when it does.</param>
/// <param name="Positions">Positions that were compared.</param>
/// <param name="SoftCount">Of them, those that differ by more than honest ones do once in a thousand.</param>
/// <param name="DriftMax">The largest difference of a log-probability.</param>
/// <param name="MarginSum">What drawn tokens lose in sum, in logits.</param>
[GenerateSerializer, Immutable, Alias("LogitVerdict")]
public sealed record LogitVerdict(
    [property: Id(0)] string? Cause,
    [property: Id(1)] int Positions,
    [property: Id(2)] int SoftCount,
    [property: Id(3)] double DriftMax,
    [property: Id(4)] double MarginSum)
{
    /// <summary>The model, its weights or its prompt are not those of the order.</summary>
    public const string OtherLogits = "other-logits";

    /// <summary>The commitment is to another job, prompt, seed, device or model.</summary>
    public const string OtherHeader = "other-header";

    /// <summary>Tokens are not those that sampling draws from these logits.</summary>
    public const string OtherTokens = "other-tokens";

    /// <summary>The text does not end where and why it says.</summary>
    public const string OtherEnd = "other-end";

    /// <summary>What an earlier device had made of the text does not stand; this one had to go on after it.</summary>
    public const string OtherBeginning = "other-beginning";

    public bool Stands => Cause is null;
}
