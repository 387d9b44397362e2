namespace Marketplace.Compute.Inference.Kernels;

/// <summary>A matrix and how many vectors it is multiplied with.</summary>
internal readonly struct MatrixSize(int rows, int columns, int vectors)
{
    public readonly int Rows = rows;
    public readonly int Columns = columns;
    public readonly int Vectors = vectors;
}
