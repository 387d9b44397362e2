namespace Marketplace.Compute.Rendering.Benchmarks;

/// <summary>A device's speed on one benchmark scene, in pixel samples a second.</summary>
public sealed record BenchmarkReading(string Scene, double SamplesPerSecond);
