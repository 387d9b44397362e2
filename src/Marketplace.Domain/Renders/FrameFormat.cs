namespace Marketplace.Domain.Renders;

/// <summary>A file that a frame can be had as.</summary>
[GenerateSerializer, Alias("FrameFormat")]
public enum FrameFormat
{
    /// <summary>PNG, 8 bits a channel, sRGB, tone mapped. Every frame has it.</summary>
    Png8 = 0,

    /// <summary>PNG, 16 bits a channel, sRGB, tone mapped.</summary>
    Png16 = 1,

    /// <summary>OpenEXR, the linear light in half floats.</summary>
    Exr16 = 2,

    /// <summary>OpenEXR, the linear light in floats.</summary>
    Exr32 = 3,
}
