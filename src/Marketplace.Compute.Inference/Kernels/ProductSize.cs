namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// Sizes of a matrix times some vectors. A row's columns are cut into parts by the matrix's size alone; the sums of
/// parts are added later, in order. So a sum depends on neither the device nor on how many vectors there are.
/// </summary>
internal readonly struct ProductSize(int rows, int firstRow, int rowsOfAll, int pieces, int piecesOfPart, int vectors)
{
    /// <summary>Rows of this matrix.</summary>
    public readonly int Rows = rows;

    /// <summary>Rows of matrices in front of this one, whose sums lie before.</summary>
    public readonly int FirstRow = firstRow;

    /// <summary>Rows of all matrices that are multiplied with these vectors.</summary>
    public readonly int RowsOfAll = rowsOfAll;

    /// <summary>Pieces of a row.</summary>
    public readonly int Pieces = pieces;

    /// <summary>Pieces of a part, but for the last.</summary>
    public readonly int PiecesOfPart = piecesOfPart;

    public readonly int Vectors = vectors;

    public int Parts => (Pieces + PiecesOfPart - 1) / PiecesOfPart;

    public int Tiles => (Rows + WeightTile.Rows - 1) / WeightTile.Rows;

    /// <summary>Blocks of so many vectors, the last one perhaps begun only.</summary>
    public int BlocksOf(int vectors) => (Vectors + vectors - 1) / vectors;

    /// <summary>Elements from one vector to the next.</summary>
    public int Stride => Pieces * WeightTile.Piece;

    /// <summary>Where the sum of a part of a row belongs: [part][vector][row of all].</summary>
    public long Output(int part, int vector, int row) =>
        ((((long)part * Vectors) + vector) * RowsOfAll) + FirstRow + row;
}
