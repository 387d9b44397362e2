namespace Marketplace.Domain.Market;

/// <summary>Why a piece of work ended as it did.</summary>
/// <param name="Code">Stable word, such as <c>deadline-passed</c>.</param>
/// <param name="Detail">For people.</param>
/// <param name="CausedBy">Whose doing it was.</param>
[GenerateSerializer, Immutable, Alias("Ending")]
public sealed record Ending(
    [property: Id(0)] string Code, [property: Id(1)] string Detail, [property: Id(2)] CausedBy CausedBy);
