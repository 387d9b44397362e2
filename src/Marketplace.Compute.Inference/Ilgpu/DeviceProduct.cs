using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>
/// Matrices that are multiplied with the same vectors, one launch for each form of storage; their sums lie one after
/// the other.
/// </summary>
internal sealed class DeviceProduct
{
    /// <summary>
    /// Threads that one vector's product should have, so that it fills a large device. Part of the arithmetic: another
    /// number is another order of sums.
    /// </summary>
    private const int ThreadsWanted = 1 << 16;

    /// <summary>Pieces of a part at least: shorter ones are not worth the adding.</summary>
    private const int PiecesMin = 8;

    private readonly int _pieces;
    private readonly int _piecesOfPart;

    public DeviceProduct(IReadOnlyList<DeviceMatrix> matrices)
    {
        Matrices = matrices;
        Rows = matrices.Sum(matrix => matrix.Rows);
        _pieces = WeightTile.PiecesOf(matrices[0].Columns);
        var parts = Math.Clamp(ThreadsWanted / Rows, 1, (_pieces + PiecesMin - 1) / PiecesMin);
        _piecesOfPart = (_pieces + parts - 1) / parts;
    }

    public IReadOnlyList<DeviceMatrix> Matrices { get; }

    /// <summary>Of all matrices.</summary>
    public int Rows { get; }

    /// <summary>Parts that a row's columns are cut into.</summary>
    public int Parts => SizeOf(0, 0, 1).Parts;

    /// <summary>Sums of one vector.</summary>
    public long Sums => (long)Parts * Rows;

    /// <summary>Sizes of one matrix's launch.</summary>
    public ProductSize SizeOf(int rows, int firstRow, int vectors) =>
        new(rows, firstRow, Rows, _pieces, _piecesOfPart, vectors);
}
