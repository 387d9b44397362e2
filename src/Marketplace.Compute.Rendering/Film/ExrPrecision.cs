namespace Marketplace.Compute.Rendering.Film;

/// <summary>How a channel's numbers are stored; the values are those of the file format.</summary>
public enum ExrPrecision
{
    /// <summary>16 bits: 11 binary digits, up to 65,504; larger numbers become infinite.</summary>
    Half = 1,

    /// <summary>32 bits.</summary>
    Float = 2,
}
