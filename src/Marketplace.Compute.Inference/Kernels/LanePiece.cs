namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Where a lane finds a piece of its vectors.</summary>
internal readonly struct LanePiece(int lane, LaneVectors vectors, int pieces, int piece)
{
    public readonly int Lane = lane;

    /// <summary>Of the vector that it hands to the matrix unit.</summary>
    public readonly long Read = ((long)vectors.Read * pieces) + piece;

    /// <summary>Of the vectors whose sums it holds.</summary>
    public readonly long First = ((long)vectors.First * pieces) + piece;
    public readonly long Second = ((long)vectors.Second * pieces) + piece;
}
