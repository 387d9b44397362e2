namespace Marketplace.Domain.Renders;

/// <summary>An auxiliary output: layers of the EXR files beside the light.</summary>
[GenerateSerializer, Alias("FrameAov")]
public enum FrameAov
{
    /// <summary>Base colour of what is seen first.</summary>
    Albedo = 0,

    /// <summary>Shading normal in the world, turned to the viewer.</summary>
    Normal = 1,

    /// <summary>Distance from the camera.</summary>
    Depth = 2,

    /// <summary>Number of the glTF node.</summary>
    ObjectId = 3,

    /// <summary>Variance of a pixel's mean luminance, estimated from how much its units differ.</summary>
    Variance = 4,

    /// <summary>Samples that the pixel has got.</summary>
    SampleCount = 5,
}
