namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Four neighbouring weights, decoded.</summary>
internal readonly struct FourWeights(float a, float b, float c, float d)
{
    public readonly float A = a;
    public readonly float B = b;
    public readonly float C = c;
    public readonly float D = d;

    /// <summary>One of them, 0 to 3.</summary>
    public float At(int number)
    {
        var low = number == 0 ? A : B;
        var high = number == 2 ? C : D;
        return number < 2 ? low : high;
    }
}
