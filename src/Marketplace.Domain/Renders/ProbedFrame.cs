namespace Marketplace.Domain.Renders;

/// <summary>What the probe found of one frame.</summary>
/// <param name="Frame">Frame number.</param>
/// <param name="Costs">
/// Of each pass, how many times longer a pixel sample took than one of the benchmark scenes that was traced on the same
/// machine just before, in millionths. So a busy machine finds the same as an idle one.
/// </param>
[GenerateSerializer, Immutable, Alias("ProbedFrame")]
public sealed record ProbedFrame([property: Id(0)] int Frame, [property: Id(1)] IReadOnlyList<long> Costs);
