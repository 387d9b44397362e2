namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// Which lane of a warp holds which elements of <c>mma.m16n8k16</c> on halves (PTX ISA, "Matrix fragments for
/// mma.m16n8k16 with floating point type"): D = A B + C with A of 16 rows and 16 columns, B of 16 and 8, C and D of 16
/// and 8. Lanes come in eight groups of four.
/// <para>
/// A product's columns may be summed in any order that both operands share. Here step s of a piece gives the lane the
/// four columns 4 (4 s + member) and on: its elements of A and B at 2 member, + 1, + 8, + 9 are these, one after the
/// other. So a lane reads neighbouring weights and neighbouring elements of a vector.
/// </para>
/// </summary>
internal static class FragmentMap
{
    /// <summary>Lanes that work together.</summary>
    public const int Lanes = 32;

    /// <summary>Rows of A.</summary>
    public const int Rows = 16;

    /// <summary>Columns of B.</summary>
    public const int Vectors = 8;

    /// <summary>Multiplications that a piece of a row takes.</summary>
    public const int Steps = WeightTile.Piece / 16;

    /// <summary>Between a lane's two rows.</summary>
    public const int RowsApart = 8;

    private const int Members = 4;

    /// <summary>Row of A that a lane's registers 0 and 2 hold, and of its sums 0 and 1.</summary>
    public static int UpperRow(int lane) => lane / Members;

    /// <summary>Row of A that a lane's registers 1 and 3 hold, and of its sums 2 and 3.</summary>
    public static int LowerRow(int lane) => UpperRow(lane) + RowsApart;

    /// <summary>Column of B that a lane holds.</summary>
    public static int VectorOfB(int lane) => lane / Members;

    /// <summary>Column of a lane's sums 0 and 2; 1 and 3 have the next one.</summary>
    public static int VectorOfSum(int lane) => lane % Members * 2;

    /// <summary>Which four neighbouring columns of a piece a lane holds in a step, of both A and B.</summary>
    public static int Four(int lane, int step) => (step * Members) + (lane % Members);
}
