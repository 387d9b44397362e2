using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// The tokens of one step, written once for it: of every row its token, its position and where its sequence's block
/// numbers begin; then the rows whose logits are asked for; then the block numbers.
/// </summary>
internal readonly struct RowPlan(ArrayView<int> numbers, int rows)
{
    /// <summary>Lists of one number a row in front of the block numbers.</summary>
    public const int Lists = 4;

    private readonly ArrayView<int> _numbers = numbers;

    public readonly int Rows = rows;

    public int Token(int row) => _numbers[row];

    public int Position(int row) => _numbers[Rows + row];

    /// <summary>The cache's block that holds a block of the row's sequence.</summary>
    public int Block(int row, int block) => _numbers[_numbers[(2 * Rows) + row] + block];

    /// <summary>One of the rows whose logits are asked for.</summary>
    public int Wanted(int number) => _numbers[(3 * Rows) + number];
}
