namespace Marketplace.Domain.Renders;

/// <summary>The unit of work of a render: a tile of a frame, for a range of samples.</summary>
/// <param name="Index">Its place in the plan.</param>
/// <param name="Frame">Frame number.</param>
/// <param name="X">Left edge, pixels.</param>
/// <param name="Y">Top edge, pixels.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="FirstSample">First sample index.</param>
/// <param name="Samples">How many samples per pixel.</param>
[GenerateSerializer, Immutable, Alias("RenderUnit")]
public sealed record RenderUnit(
    [property: Id(0)] int Index,
    [property: Id(1)] int Frame,
    [property: Id(2)] int X,
    [property: Id(3)] int Y,
    [property: Id(4)] int Width,
    [property: Id(5)] int Height,
    [property: Id(6)] int FirstSample,
    [property: Id(7)] int Samples)
{
    private const int SumsHeaderBytes = 48;
    private const int SumsBytesPerPixel = 12;

    /// <summary>Pixel samples in this unit: what it is billed by.</summary>
    public long PixelSamples => (long)Width * Height * Samples;

    /// <summary>Bytes that its sums take, neither more nor less: a header and three floats a pixel.</summary>
    public long SumsBytes => SumsHeaderBytes + (SumsBytesPerPixel * (long)Width * Height);
}
