namespace Marketplace.Grains.Abstractions.Batches;

/// <summary>What is wrong with a batch's input.</summary>
/// <param name="Code">What programs tell faults apart by.</param>
/// <param name="Message">For people.</param>
/// <param name="Param">The field at fault, or null.</param>
/// <param name="Line">The line, from 1; null where it is none's.</param>
[GenerateSerializer, Immutable, Alias("BatchFault")]
public sealed record BatchFault(
    [property: Id(0)] string Code,
    [property: Id(1)] string Message,
    [property: Id(2)] string? Param,
    [property: Id(3)] int? Line);
