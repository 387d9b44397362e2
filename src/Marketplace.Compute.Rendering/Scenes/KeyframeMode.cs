namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>What lies between two keys of a curve.</summary>
internal enum KeyframeMode
{
    /// <summary>The value of the earlier key.</summary>
    Step,

    /// <summary>A straight line; for rotations an arc.</summary>
    Linear,

    /// <summary>A Hermite spline with the keys' tangents.</summary>
    Cubic,
}
