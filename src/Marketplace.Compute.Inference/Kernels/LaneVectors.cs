namespace Marketplace.Compute.Inference.Kernels;

/// <summary>The vectors of eight that one lane reads and adds up.</summary>
internal readonly struct LaneVectors(EightVectors eight, int lane)
{
    /// <summary>Whose elements the lane hands to the matrix unit.</summary>
    public readonly int Read = eight.Of(FragmentMap.VectorOfB(lane));

    /// <summary>The first of the two whose sums it holds.</summary>
    public readonly int First = eight.Of(FragmentMap.VectorOfSum(lane));

    /// <summary>The second one.</summary>
    public readonly int Second = eight.Of(FragmentMap.VectorOfSum(lane) + 1);
}
