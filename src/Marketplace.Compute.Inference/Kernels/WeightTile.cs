namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// How a matrix lies in device memory: 32 rows side by side, word by word, so that 32 neighbouring threads with a row
/// each read 32 neighbouring words. Rows are cut into pieces of 32 weights; what rows or columns lack is zero.
/// </summary>
internal static class WeightTile
{
    /// <summary>Rows side by side; the last ones of a matrix may be padding.</summary>
    public const int Rows = 32;

    /// <summary>Weights of a piece of a row.</summary>
    public const int Piece = 32;

    /// <summary>Weights that are decoded together.</summary>
    public const int Four = 4;

    /// <summary>Pieces of a row.</summary>
    public static int PiecesOf(int columns) => (columns + Piece - 1) / Piece;

    /// <summary>Elements between vectors that a matrix is multiplied with: its columns and zeros.</summary>
    public static int StrideOf(int columns) => PiecesOf(columns) * Piece;
}
