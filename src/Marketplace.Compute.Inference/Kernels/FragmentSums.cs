namespace Marketplace.Compute.Inference.Kernels;

/// <summary>A number for each of a lane's sums of sixteen rows and eight vectors: two rows, two vectors.</summary>
internal readonly struct FragmentSums(float a, float b, float c, float d)
{
    /// <summary>Upper row, first vector.</summary>
    public readonly float A = a;

    /// <summary>Upper row, second vector.</summary>
    public readonly float B = b;

    /// <summary>Lower row, first vector.</summary>
    public readonly float C = c;

    /// <summary>Lower row, second vector.</summary>
    public readonly float D = d;
}
