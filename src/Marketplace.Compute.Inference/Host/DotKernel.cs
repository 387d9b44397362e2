using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// Dot products of weight rows with activation vectors. Every (row, vector) pair has one 512-bit accumulator that runs
/// over the columns in order, then a fixed reduction, then the columns left over: the result does not depend on how
/// many rows or vectors are done together. Hot loops stand in methods that call nothing while accumulators live, or the
/// compiler keeps those in memory.
/// </summary>
internal static unsafe class DotKernel
{
    /// <summary>Rows done together.</summary>
    public const int RowsPerBlock = 4;

    /// <summary>Ranges of a multiple of this many rows leave none over, whatever the number of vectors.</summary>
    public const int RowsPerRange = 12;

    /// <summary>Vectors done together.</summary>
    private const int VectorsPerBlock = 4;

    /// <summary>Vectors of one block where rows are decoded in registers: texts that go on side by side.</summary>
    private const int VectorsOfEights = 8;

    /// <summary>Rows of one such block.</summary>
    private const int RowsOfEights = 3;

    /// <summary>Rows that lie decoded for all vectors of a prompt.</summary>
    private const int RowsPerPanel = 6;

    /// <summary>
    /// Vectors from which on rows are decoded into memory once for all of them; below, decoding hides behind the
    /// products.
    /// </summary>
    private const int DecodedFrom = 16;

    private const int Lanes = 16;

    /// <summary>Decoded rows of this thread.</summary>
    [ThreadStatic]
    private static AlignedFloats? Scratch;

    /// <summary>y[v * yStride + r] = row r · vector v, for rows in [from, to).</summary>
    /// <param name="weights">First row of the matrix.</param>
    /// <param name="format">How its elements are stored.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="from">First row.</param>
    /// <param name="to">Behind the last row.</param>
    /// <param name="x">Vectors, one after the other, <paramref name="columns"/> elements each.</param>
    /// <param name="vectors">How many.</param>
    /// <param name="y">Results.</param>
    /// <param name="yStride">Elements between two vectors' results.</param>
    public static void Rows(
        byte* weights, TensorFormat format, int columns, int from, int to, float* x, int vectors, float* y, int yStride)
    {
        switch (format)
        {
            case TensorFormat.F32:
                Rows(new SingleWeights((float*)weights), columns, from, to, x, vectors, y, yStride);
                break;
            case TensorFormat.F16:
                Rows(new HalfWeights((short*)weights), columns, from, to, x, vectors, y, yStride);
                break;
            case TensorFormat.BF16:
                Rows(new BrainWeights((ushort*)weights), columns, from, to, x, vectors, y, yStride);
                break;
            case TensorFormat.Q8:
                Rows(new EightBitWeights(weights, HalfTable.Pointer), columns, from, to, x, vectors, y, yStride);
                break;
            case TensorFormat.Q4:
                Rows(new FourBitWeights(weights, HalfTable.Pointer), columns, from, to, x, vectors, y, yStride);
                break;
            case TensorFormat.Q4K:
                Rows(new FourBitSuperWeights(weights, HalfTable.Pointer), columns, from, to, x, vectors, y, yStride);
                break;
            case TensorFormat.Q6K:
                Rows(new SixBitSuperWeights(weights, HalfTable.Pointer), columns, from, to, x, vectors, y, yStride);
                break;
            default:
                throw new UnreachableException(format.ToString());
        }
    }

    private static void Rows<TWeights>(
        TWeights weights, int columns, int from, int to, float* x, int vectors, float* y, int yStride)
        where TWeights : struct, IWeights
    {
        var row = from;

        if (vectors < DecodedFrom)
        {
            // Nobody has asked for the first rows; from then on each block asks for the next one.
            new Ahead(
                weights.AddressOf((long)from * columns),
                weights.AddressOf((long)Math.Min(from + RowsPerBlock, to) * columns)).Ask(long.MaxValue);

            // Floats are bound by the memory: fewer rows at a time would only make its streams shorter.
            if (vectors >= VectorsOfEights && typeof(TWeights) != typeof(SingleWeights))
            {
                Eights(weights, columns, from, to, x, y, yStride);
                vectors -= VectorsOfEights;
                x += (long)VectorsOfEights * columns;
                y += (long)VectorsOfEights * yStride;

                if (vectors == 0)
                {
                    return;
                }
            }
        }

        if (vectors >= (typeof(TWeights) == typeof(SingleWeights) ? VectorsPerBlock : DecodedFrom)
            && to - from >= RowsPerPanel)
        {
            Panels(weights, columns, from, to, x, vectors, y, yStride);
            return;
        }

        for (; row + RowsPerBlock <= to; row += RowsPerBlock)
        {
            var first = (long)row * columns;

            if (row + (2 * RowsPerBlock) <= to)
            {
                Fused(weights, first, columns, x, vectors, y + row, yStride);
            }
            else
            {
                Fused(new LastWeights<TWeights>(weights), first, columns, x, vectors, y + row, yStride);
            }
        }

        for (; row < to; row++)
        {
            Ones(weights, (long)row * columns, columns, x, vectors, y + row, yStride);
        }
    }

    /// <summary>Rows [from, to) with eight vectors, three at a time and two where that does not come out.</summary>
    private static void Eights<TWeights>(
        TWeights weights, int columns, int from, int to, float* x, float* y, int yStride)
        where TWeights : struct, IWeights
    {
        var last = new LastWeights<TWeights>(weights);
        var row = from;

        while (row < to)
        {
            var (left, first) = (to - row, (long)row * columns);
            var rows = left is 1 or 2 or 4 ? Math.Min(left, 2) : RowsOfEights;

            switch (rows)
            {
                case RowsOfEights when left >= 2 * RowsOfEights:
                    DotBlocks.Block3X8(weights, first, columns, x, y + row, yStride);
                    break;
                case RowsOfEights:
                    DotBlocks.Block3X8(last, first, columns, x, y + row, yStride);
                    break;
                case 2:
                    DotBlocks.Block2X8(last, first, columns, x, y + row, yStride);
                    break;
                default:
                    Ones(weights, first, columns, x, VectorsOfEights, y + row, yStride);
                    break;
            }

            if (rows > 1 && columns % Lanes != 0)
            {
                Tails(weights, first, columns, rows, x, VectorsOfEights, y + row, yStride);
            }

            row += rows;
        }
    }

    /// <summary>
    /// Rows [from, to) with the vectors of a prompt: decoded, or laid on cache lines, once for all of them. Where the
    /// rows do not come out, the last panel does some a second time, with the same bits.
    /// </summary>
    private static void Panels<TWeights>(
        TWeights weights, int columns, int from, int to, float* x, int vectors, float* y, int yStride)
        where TWeights : struct, IWeights
    {
        const int count = RowsPerPanel;

        for (var next = from; next < to; next += count)
        {
            var row = Math.Min(next, to - count);
            var first = (long)row * columns;
            var ahead = new Ahead(
                weights.AddressOf(first + ((long)count * columns)),
                weights.AddressOf((long)Math.Min(row + (2 * count), to) * columns));
            var rows = vectors < DecodedFrom
                ? (float*)weights.AddressOf(first)
                : Decoded(weights, first, count * columns);
            Panel(new(rows), columns, x, vectors, y + row, yStride, ahead);
        }
    }

    /// <summary>Six rows with any number of vectors, four of these at a time.</summary>
    /// <param name="ahead">What is decoded next: asked for piece by piece, while these rows are multiplied.</param>
    private static void Panel(
        SingleWeights rows, int columns, float* x, int vectors, float* y, int yStride, Ahead ahead)
    {
        var vector = 0;
        var piece = ahead.Piece(vectors / VectorsPerBlock);

        for (; vector + VectorsPerBlock <= vectors; vector += VectorsPerBlock)
        {
            var (input, output) = ((nint)(x + ((long)vector * columns)), (nint)(y + ((long)vector * yStride)));
            ahead.Ask(piece);
            DotBlocks.Block6X4((float*)rows.AddressOf(0), columns, (float*)input, (float*)output, yStride);

            if (columns % Lanes != 0)
            {
                Tails(rows, 0, columns, RowsPerPanel, (float*)input, VectorsPerBlock, (float*)output, yStride);
            }
        }

        // Vectors left over, by blocks of four rows: two of the rows are done twice.
        const int step = RowsPerPanel - RowsPerBlock;

        for (var row = 0; row <= step && vector < vectors; row += step)
        {
            Fused(
                rows,
                (long)row * columns,
                columns,
                x + ((long)vector * columns),
                vectors - vector,
                y + ((long)vector * yStride) + row,
                yStride);
        }
    }

    /// <summary>Four rows with any number of vectors, decoded in registers for as many as these hold.</summary>
    private static void Fused<TWeights>(
        TWeights weights, long first, int columns, float* x, int vectors, float* y, int yStride)
        where TWeights : struct, IWeights
    {
        var vector = 0;

        while (vector < vectors)
        {
            var left = vectors - vector;

            // Seven vectors are quicker as two times four: one of them is done twice, with the same bits.
            vector -= left == 3 && vector > 0 ? 1 : 0;
            vector += FusedBlock(
                weights,
                first,
                columns,
                x + ((long)vector * columns),
                vectors - vector,
                y + ((long)vector * yStride),
                yStride);
        }

        if (columns % Lanes != 0)
        {
            Tails(weights, first, columns, RowsPerBlock, x, vectors, y, yStride);
        }
    }

    /// <summary>As many vectors as fit one block, at most those left; answers how many.</summary>
    private static int FusedBlock<TWeights>(
        TWeights weights, long first, int columns, float* x, int left, float* y, int yStride)
        where TWeights : struct, IWeights
    {
        switch (left)
        {
            case >= 4:
                DotBlocks.Block4X4(weights, first, columns, x, y, yStride);
                return 4;
            case >= 2:
                DotBlocks.Block4X2(weights, first, columns, x, y, yStride);
                return 2;
            default:
                DotBlocks.Block4X1(weights, first, columns, x, y);
                return 1;
        }
    }

    /// <summary>One row with any number of vectors.</summary>
    private static void Ones<TWeights>(
        TWeights weights, long first, int columns, float* x, int vectors, float* y, int yStride)
        where TWeights : struct, IWeights
    {
        for (var vector = 0L; vector < vectors; vector++)
        {
            One(weights, first, columns, x + (vector * columns), y + (vector * yStride));
        }
    }

    private static void One<TWeights>(TWeights weights, long first, int columns, float* x, float* y)
        where TWeights : struct, IWeights
    {
        Vector512<float> sum = default;
        var at = 0;

        for (; at <= columns - Lanes; at += Lanes)
        {
            sum = Vector512.FusedMultiplyAdd(weights.Load(first + at), Vector512.Load(x + at), sum);
        }

        *y = LaneSums.Of(sum);
        *y = Tail(weights, at, columns, first, x, *y);
    }

    /// <summary>Adds the columns left over to the sums of some rows.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tails<TWeights>(
        TWeights weights, long first, int columns, int rows, float* x, int vectors, float* y, int yStride)
        where TWeights : struct, IWeights
    {
        var at = columns / Lanes * Lanes;

        for (var vector = 0; vector < vectors; vector++)
        {
            for (var row = 0; row < rows; row++)
            {
                var sum = y + ((long)vector * yStride) + row;
                *sum = Tail(weights, at, columns, first + ((long)row * columns), x + ((long)vector * columns), *sum);
            }
        }
    }

    private static float Tail<TWeights>(TWeights weights, int at, int columns, long row, float* x, float sum)
        where TWeights : struct, IWeights
    {
        for (; at < columns; at++)
        {
            sum += weights.At(row + at) * x[at];
        }

        return sum;
    }

    private static float* Decoded<TWeights>(TWeights weights, long first, int count)
        where TWeights : struct, IWeights
    {
        if (Scratch is null || Scratch.Count < count)
        {
            Scratch?.Dispose();
            Scratch = new AlignedFloats(count);
        }

        var panel = Scratch.Pointer;

        if (typeof(TWeights) == typeof(EightBitWeights))
        {
            ((EightBitWeights)(object)weights).Decode(first, count, panel);
            return panel;
        }

        var at = 0;

        // Rows follow one another, so the four are one run of weights.
        for (; at <= count - Lanes; at += Lanes)
        {
            weights.Load(first + at).Store(panel + at);
        }

        for (; at < count; at++)
        {
            panel[at] = weights.At(first + at);
        }

        return panel;
    }
}
