namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Four neighbouring weights, decoded.</summary>
internal readonly struct FourWeights(float a, float b, float c, float d)
{
    public readonly float A = a;
    public readonly float B = b;
    public readonly float C = c;
    public readonly float D = d;

    public static FourWeights At<TWeights>(TWeights weights, long index)
        where TWeights : struct, IWeightView =>
        new(weights.At(index), weights.At(index + 1), weights.At(index + 2), weights.At(index + 3));
}
