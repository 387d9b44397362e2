namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// Stored weights in a kernel, laid out as <see cref="WeightTile"/> says; the form of storage is a type argument, so
/// every form gets a kernel of its own.
/// </summary>
internal interface IWeightView
{
    /// <summary>A piece of one row.</summary>
    /// <param name="place">Number of the row's tile, times the pieces of a row, plus the piece.</param>
    /// <param name="lane">The row within its tile.</param>
    WeightPiece Piece(long place, int lane);

    /// <summary>Four neighbouring weights of a piece.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="four">0 to 7.</param>
    FourWeights Four(WeightPiece piece, int four);
}
