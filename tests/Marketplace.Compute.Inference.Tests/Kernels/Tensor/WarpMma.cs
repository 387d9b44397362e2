namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

/// <summary>
/// <c>mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32</c> by the figures of the PTX ISA ("Matrix fragments for
/// mma.m16n8k16 with floating point type"), written down again here: nothing of the kernels' own map is used.
/// </summary>
internal static class WarpMma
{
    public const int Lanes = 32;

    private const int Columns = 16;

    /// <summary>One of the four elements of D that a lane gets.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="at">Which element.</param>
    /// <param name="a">The registers of A by lane.</param>
    /// <param name="b">The registers of B by lane.</param>
    /// <param name="c">The lane's element of C.</param>
    /// <param name="adder">How it is added.</param>
    public static float Element(
        int lane, int at, Func<int, uint[]> a, Func<int, uint[]> b, float c, MatrixAdder adder)
    {
        // c0 and c1 are of row groupID, c2 and c3 of the one 8 below; columns threadID_in_group * 2 and + 1.
        var row = (lane / 4) + (at < 2 ? 0 : 8);
        var column = (lane % 4 * 2) + (at & 1);
        var products = new double[Columns];

        for (var k = 0; k < Columns; k++)
        {
            products[k] = (double)OfA(a, row, k) * OfB(b, k, column);
        }

        return adder(products, c);
    }

    /// <summary>
    /// Registers a0a1 and a4a5 hold row groupID, a2a3 and a6a7 the one 8 below; the first two columns
    /// threadID_in_group * 2 and + 1, the others 8 further.
    /// </summary>
    private static float OfA(Func<int, uint[]> a, int row, int k) =>
        Halves.At(a((row % 8 * 4) + (k % 8 / 2))[(row / 8) + (k / 8 * 2)], k % 2);

    /// <summary>Register b0b1 holds rows threadID_in_group * 2 and + 1, b2b3 those 8 further; column groupID.</summary>
    private static float OfB(Func<int, uint[]> b, int k, int column) =>
        Halves.At(b((column * 4) + (k % 8 / 2))[k / 8], k % 2);
}
