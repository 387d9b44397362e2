namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// Stored weights in a kernel; the form of storage is a type argument, so every form gets a kernel of its own.
/// </summary>
internal interface IWeightView
{
    /// <summary>The weight at this place, rows one after the other.</summary>
    float At(long index);
}
