using System.Buffers.Binary;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Host;

namespace Marketplace.Compute.Inference.Llama2c;

/// <summary>
/// A matrix of llama2.c's version 2: signed bytes row by row, then an F32 scale for each group of them. A weight is its
/// byte times its group's scale.
/// </summary>
/// <param name="values">Address of the bytes.</param>
/// <param name="rows">Rows of the matrix.</param>
/// <param name="columns">Bytes of a row; the whole is a multiple of the group.</param>
/// <param name="group">Weights of a group, which may reach over rows.</param>
internal sealed unsafe class GroupedWeights(nint values, int rows, int columns, int group)
{
    private readonly byte* _values = (byte*)values;
    private readonly byte* _scales = (byte*)values + ((long)rows * columns);

    // Within these a scale's F16 has all its eleven bits.
    private static readonly float ScaleMin = (float)BitConverter.UInt16BitsToHalf(0x0400);
    private static readonly float ScaleMax = (float)Half.MaxValue;

    private long Groups => (long)rows * columns / group;

    /// <summary>
    /// Q8_0 where each of its blocks lies in one group and its scale is a half within 2^-11; F32, which is exact,
    /// otherwise.
    /// </summary>
    /// <exception cref="ModelFormatException">A scale is no number; the offset is that of the scale.</exception>
    public TensorFormat Format(string name, long offset)
    {
        var fits = group % RowFormat.Q8Block == 0 && columns % RowFormat.Q8Block == 0;

        for (var at = 0L; at < Groups; at++)
        {
            var scale = Scale(at);

            if (!float.IsFinite(scale))
            {
                throw new ModelFormatException(
                    $"tensor {name} has the scale {scale}, allowed are finite numbers",
                    offset + ((long)rows * columns) + (at * sizeof(float)));
            }

            var size = MathF.Abs(scale);
            fits &= size == 0 || (size >= ScaleMin && size <= ScaleMax);
        }

        return fits ? TensorFormat.Q8 : TensorFormat.F32;
    }

    /// <summary>The matrix as rows of the format, Q8_0 or F32.</summary>
    public AlignedFloats Repacked(TensorFormat format)
    {
        var rowBytes = RowFormat.RowBytes(format, columns);
        var repacked = new AlignedFloats(((rowBytes * rows) + sizeof(float) - 1) / sizeof(float));

        for (var row = 0; row < rows; row++)
        {
            var target = (byte*)repacked.Pointer + (row * rowBytes);

            if (format == TensorFormat.Q8)
            {
                WriteBlocks(row, new Span<byte>(target, (int)rowBytes));
            }
            else
            {
                WriteFloats(row, new Span<float>(target, columns));
            }
        }

        return repacked;
    }

    private void WriteBlocks(int row, Span<byte> target)
    {
        for (var column = 0; column < columns; column += RowFormat.Q8Block)
        {
            var at = ((long)row * columns) + column;
            var block = target.Slice(column / RowFormat.Q8Block * RowFormat.Q8BlockBytes, RowFormat.Q8BlockBytes);
            BinaryPrimitives.WriteHalfLittleEndian(block, (Half)Scale(at / group));
            new ReadOnlySpan<byte>(_values + at, RowFormat.Q8Block).CopyTo(block[sizeof(ushort)..]);
        }
    }

    private void WriteFloats(int row, Span<float> target)
    {
        for (var column = 0; column < columns; column++)
        {
            var at = ((long)row * columns) + column;
            target[column] = (sbyte)_values[at] * Scale(at / group);
        }
    }

    private float Scale(long at) =>
        BinaryPrimitives.ReadSingleLittleEndian(new ReadOnlySpan<byte>(_scales + (at * sizeof(float)), sizeof(float)));
}
