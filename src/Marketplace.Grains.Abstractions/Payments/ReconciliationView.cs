namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>The books beside the card processor's account of our balance.</summary>
/// <param name="At">When they were compared.</param>
/// <param name="BookedMicroUsd">What the books say.</param>
/// <param name="ProcessorMicroUsd">What the processor says.</param>
/// <param name="Lines">Lines of the processor that were read.</param>
/// <param name="Unexplained">Lines that no journal tells of, at most 100, with why.</param>
[GenerateSerializer, Immutable, Alias("ReconciliationView")]
public sealed record ReconciliationView(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] long BookedMicroUsd,
    [property: Id(2)] long ProcessorMicroUsd,
    [property: Id(3)] int Lines,
    [property: Id(4)] IReadOnlyList<string> Unexplained)
{
    /// <summary>True when both say the same and every line is explained.</summary>
    public bool Agrees => BookedMicroUsd == ProcessorMicroUsd && Unexplained.Count == 0;
}
