namespace Marketplace.Compute.Rendering.Film;

/// <summary>A layer of an EXR file, such as <c>R</c>, <c>Z</c> or <c>albedo.G</c>: a value a pixel.</summary>
public sealed record ExrChannel(string Name, ExrPrecision Precision, float[] Values);
