using System.Runtime.Intrinsics;

namespace Marketplace.Training.Passes;

/// <summary>
/// The one product that training needs: C += A · B with A's steps free, so that A may be read transposed. Sums have
/// one order whatever the number of rows, so a run is the same every time.
/// </summary>
internal static unsafe class MatrixProduct
{
    private const int Lanes = 16;
    private const int RowsPerBlock = 4;

    /// <summary>y += x · wᵀ for vectors as rows; the matrix is given as [in, out].</summary>
    public static void Forward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> transposed, Span<float> y, int vectors, int inputs, int outputs)
    {
        fixed (float* a = x, b = transposed, c = y)
        {
            Accumulate(a, inputs, 1, b, c, vectors, inputs, outputs);
        }
    }

    /// <summary>dx += dy · w; the matrix is [out, in].</summary>
    public static void BackwardInput(
        ReadOnlySpan<float> dy, ReadOnlySpan<float> matrix, Span<float> dx, int vectors, int inputs, int outputs)
    {
        fixed (float* a = dy, b = matrix, c = dx)
        {
            Accumulate(a, outputs, 1, b, c, vectors, outputs, inputs);
        }
    }

    /// <summary>dw += dyᵀ · x, [out, in].</summary>
    public static void BackwardMatrix(
        ReadOnlySpan<float> dy, ReadOnlySpan<float> x, Span<float> gradient, int vectors, int inputs, int outputs)
    {
        fixed (float* a = dy, b = x, c = gradient)
        {
            Accumulate(a, 1, outputs, b, c, outputs, vectors, inputs);
        }
    }

    /// <summary>c[row, column] += Σ a[row · rowStep + k · innerStep] · b[k, column].</summary>
    private static void Accumulate(
        float* a, int rowStep, int innerStep, float* b, float* c, int rows, int inner, int columns)
    {
        var column = 0;

        for (; column <= columns - (2 * Lanes); column += 2 * Lanes)
        {
            var row = 0;

            for (; row <= rows - RowsPerBlock; row += RowsPerBlock)
            {
                Block(a + ((nint)row * rowStep), rowStep, innerStep, b + column, c + ((nint)row * columns) + column,
                    inner, columns);
            }

            for (; row < rows; row++)
            {
                Row(
                    a + ((nint)row * rowStep),
                    innerStep,
                    b + column,
                    c + ((nint)row * columns) + column,
                    inner,
                    columns);
            }
        }

        for (; column < columns; column++)
        {
            for (var row = 0; row < rows; row++)
            {
                var sum = c[((nint)row * columns) + column];

                for (var k = 0; k < inner; k++)
                {
                    sum += a[((nint)row * rowStep) + ((nint)k * innerStep)] * b[((nint)k * columns) + column];
                }

                c[((nint)row * columns) + column] = sum;
            }
        }
    }

    /// <summary>Four rows by two vectors, held in registers.</summary>
    private static void Block(float* a, nint rowStep, nint innerStep, float* b, float* c, int inner, nint columns)
    {
        float* c1 = c + columns, c2 = c1 + columns, c3 = c2 + columns;
        var (a0, b0) = (Vector512.Load(c), Vector512.Load(c + Lanes));
        var (a1, b1) = (Vector512.Load(c1), Vector512.Load(c1 + Lanes));
        var (a2, b2) = (Vector512.Load(c2), Vector512.Load(c2 + Lanes));
        var (a3, b3) = (Vector512.Load(c3), Vector512.Load(c3 + Lanes));

        for (var k = 0; k < inner; k++)
        {
            var (left, right) = (Vector512.Load(b), Vector512.Load(b + Lanes));
            var x = Vector512.Create(a[0]);
            a0 = Vector512.FusedMultiplyAdd(x, left, a0);
            b0 = Vector512.FusedMultiplyAdd(x, right, b0);
            x = Vector512.Create(a[rowStep]);
            a1 = Vector512.FusedMultiplyAdd(x, left, a1);
            b1 = Vector512.FusedMultiplyAdd(x, right, b1);
            x = Vector512.Create(a[2 * rowStep]);
            a2 = Vector512.FusedMultiplyAdd(x, left, a2);
            b2 = Vector512.FusedMultiplyAdd(x, right, b2);
            x = Vector512.Create(a[3 * rowStep]);
            a3 = Vector512.FusedMultiplyAdd(x, left, a3);
            b3 = Vector512.FusedMultiplyAdd(x, right, b3);
            a += innerStep;
            b += columns;
        }

        a0.Store(c);
        b0.Store(c + Lanes);
        a1.Store(c1);
        b1.Store(c1 + Lanes);
        a2.Store(c2);
        b2.Store(c2 + Lanes);
        a3.Store(c3);
        b3.Store(c3 + Lanes);
    }

    private static void Row(float* a, nint innerStep, float* b, float* c, int inner, nint columns)
    {
        var (left, right) = (Vector512.Load(c), Vector512.Load(c + Lanes));

        for (var k = 0; k < inner; k++)
        {
            var x = Vector512.Create(a[k * innerStep]);
            left = Vector512.FusedMultiplyAdd(x, Vector512.Load(b + (k * columns)), left);
            right = Vector512.FusedMultiplyAdd(x, Vector512.Load(b + (k * columns) + Lanes), right);
        }

        left.Store(c);
        right.Store(c + Lanes);
    }
}
