namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// What one lane of a warp works on in a product whose warps take a part of a tile and a block of vectors each.
/// Neighbouring warps have the same weights.
/// </summary>
internal readonly struct WarpPlace(int thread, ProductSize size, int vectorsOfBlock)
{
    public readonly int Lane = thread % FragmentMap.Lanes;
    public readonly int Block = thread / FragmentMap.Lanes % size.BlocksOf(vectorsOfBlock);
    public readonly int Part = thread / FragmentMap.Lanes / size.BlocksOf(vectorsOfBlock) % size.Parts;

    /// <summary>Behind the last tile where there is nothing to do, for all lanes alike.</summary>
    public readonly int Tile = thread / FragmentMap.Lanes / size.BlocksOf(vectorsOfBlock) / size.Parts;

    /// <summary>The first piece.</summary>
    public int Begin(ProductSize size) => Part * size.PiecesOfPart;

    /// <summary>Behind the last piece.</summary>
    public int End(ProductSize size)
    {
        var end = (Part + 1) * size.PiecesOfPart;
        return end < size.Pieces ? end : size.Pieces;
    }
}
