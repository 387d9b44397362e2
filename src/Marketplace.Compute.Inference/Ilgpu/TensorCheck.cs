using System.Globalization;
using ILGPU;
using ILGPU.Runtime;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Kernels;
using Marketplace.Compute.Inference.ModelFiles;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>
/// A small product of known numbers on the matrix unit of a device, before any model's matrices go there, held against
/// sums in double precision. It has a ragged last tile, several parts, a ragged last block of vectors, vectors of very
/// different size, and vectors that are multiplied alone. The portable kernels are not asked: what they would say tells
/// nothing of the unit, and they take longer to load than the product takes.
/// </summary>
internal sealed class TensorCheck(Accelerator accelerator, ITensorKernels kernels)
{
    /// <summary>
    /// Of the sum of a product's terms without their signs; right sums stay far below, and a low half that got lost or
    /// an element in the wrong place is far above.
    /// </summary>
    public const double Tolerance = 1.0 / (1 << 20);

    private const int Rows = 45;
    private const int Columns = 10 * WeightTile.Piece;
    private const int Vectors = TensorBlockKernel.Vectors + 11;
    private const int Seed = 5;

    /// <summary>Vectors that are multiplied alone as well.</summary>
    private static readonly int[] Alone = [0, 9, Vectors - 1];

    /// <summary>Forms that the unit has kernels for.</summary>
    public static IReadOnlyList<TensorFormat> Formats { get; } = [TensorFormat.F16, TensorFormat.Q8, TensorFormat.Q4];

    /// <summary>Decides for some forms; to be called within a turn.</summary>
    /// <param name="device">The device.</param>
    /// <param name="unit">Its matrix unit, and why it has none.</param>
    /// <param name="formats">What a model needs.</param>
    public static MatrixPlan Plan(
        IlgpuDevice device, (ITensorKernels? Kernels, string Why) unit, IEnumerable<TensorFormat> formats)
    {
        var check = unit.Kernels is { } kernels ? new TensorCheck(device.Accelerator, kernels) : null;
        return new(
            unit.Kernels,
            [
                .. formats.Distinct().Order().Select(format => new MatrixPath(
                    format,
                    check is null ? unit.Why
                    : Formats.Contains(format) ? check.WhyNot(format)
                    : "there is no form of it for tensor cores")),
            ]);
    }

    /// <summary>Null where the unit gives the right answers, else what is wrong with it.</summary>
    public string? WhyNot(TensorFormat format)
    {
        try
        {
            return Compare(format);
        }
        catch (Exception fault) when (fault is AcceleratorException or InternalCompilerException
            or CapabilityNotSupportedException or NotSupportedException)
        {
            return $"its kernels cannot be loaded: {fault.Message.ReplaceLineEndings(" ")}";
        }
    }

    private string? Compare(TensorFormat format)
    {
        var (stored, exact) = Weights(format);
        var x = Elements();
        List<MemoryBuffer> buffers = [];

        try
        {
            var product = new DeviceProduct([Pack(stored, format, buffers)]);
            var onUnit = new MatrixKernels(accelerator, new(kernels, [new(format, null)]));
            var together = Multiply(onUnit, product, x);

            return Farthest(exact, x, together)
                ?? Alone.Where(vector => !SameAlone(onUnit, product, x, vector, together))
                    .Select(vector => $"vector {vector} has other bits alone than among others")
                    .FirstOrDefault();
        }
        finally
        {
            buffers.ForEach(buffer => buffer.Dispose());
        }
    }

    private bool SameAlone(MatrixKernels onUnit, DeviceProduct product, float[] x, int vector, float[] together) =>
        Multiply(onUnit, product, x[(vector * Columns)..((vector + 1) * Columns)])
            .AsSpan().SequenceEqual(together.AsSpan(vector * Rows, Rows));

    private static string? Farthest(float[] weights, float[] x, float[] found)
    {
        for (var at = 0; at < found.Length; at++)
        {
            var (vector, row) = (at / Rows, at % Rows);
            var (sum, size) = (0.0, 0.0);

            for (var column = 0; column < Columns; column++)
            {
                var term = (double)weights[(row * Columns) + column] * x[(vector * Columns) + column];
                (sum, size) = (sum + term, size + Math.Abs(term));
            }

            if (!(Math.Abs(found[at] - sum) <= Tolerance * size))
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"row {row} times vector {vector} is {sum:g9}, the unit finds {found[at]:g9}");
            }
        }

        return null;
    }

    private static (byte[] Stored, float[] Exact) Weights(TensorFormat format)
    {
        var random = new Random(Seed);
        var bytes = (int)RowFormat.RowBytes(format, Columns);
        var stored = GC.AllocateArray<byte>(Rows * bytes, pinned: true);
        var exact = new float[Rows * Columns];
        var values = new float[Columns];

        for (var row = 0; row < Rows; row++)
        {
            for (var at = 0; at < Columns; at++)
            {
                values[at] = (random.NextSingle() * 2) - 1;
            }

            RowFormat.Encode(format, values, stored.AsSpan(row * bytes, bytes));
            RowFormat.Decode(format, stored.AsSpan(row * bytes, bytes), exact.AsSpan(row * Columns, Columns));
        }

        return (stored, exact);
    }

    private static float[] Elements()
    {
        var random = new Random(Seed + 1);
        return
        [
            .. Enumerable.Range(0, Vectors * Columns).Select(at =>
                ((random.NextSingle() * 2) - 1) * MathF.ScaleB(1, (at / Columns % 5 * 10) - 20)),
        ];
    }

    private unsafe DeviceMatrix Pack(byte[] stored, TensorFormat format, List<MemoryBuffer> buffers)
    {
        fixed (byte* address = stored)
        {
            var tensor = new StoredTensor("check", format, Columns, Rows, 0, stored.Length, (nint)address);
            using var staging = new WeightStaging(accelerator);
            return new WeightPacking([tensor]).Upload(staging, buffers);
        }
    }

    private float[] Multiply(MatrixKernels matrices, DeviceProduct product, float[] x)
    {
        var vectors = x.Length / Columns;
        using var room = new DeviceRoom(accelerator);
        using var input = accelerator.Upload<float>(x);
        using var output = accelerator.Allocate1D<float>(vectors * product.Sums);
        matrices.Multiply(product, input.View, matrices.HalvesFor(room, x.Length), output.View, vectors);
        var parts = output.Download();
        var sums = new float[vectors * Rows];

        for (var at = 0; at < parts.Length; at++)
        {
            sums[at % sums.Length] += parts[at];
        }

        return sums;
    }
}
