namespace Marketplace.Benchmarks;

/// <summary>One measured figure.</summary>
/// <param name="Name">Stable, so that runs can be compared: such as <c>decode.f32</c>.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Such as <c>tok/s</c>.</param>
internal sealed record BenchmarkResult(string Name, double Value, string Unit);
