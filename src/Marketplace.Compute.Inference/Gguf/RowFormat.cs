using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Marketplace.Compute.Inference.Gguf;

/// <summary>Sizes of stored rows, and rows to and from floats.</summary>
public static class RowFormat
{
    /// <summary>Weights that share a scale in <see cref="TensorFormat.Q8"/>.</summary>
    public const int Q8Block = 32;

    /// <summary>Bytes of such a block: the scale and 32 signed bytes.</summary>
    public const int Q8BlockBytes = 34;

    /// <summary>Elements that are stored together; a row holds whole blocks.</summary>
    public static int BlockElements(TensorFormat format) => format switch
    {
        TensorFormat.Q8 => Q8Block,
        TensorFormat.Q4 => FourBitBlock.Weights,
        TensorFormat.Q4K => FourBitSuperBlock.Weights,
        TensorFormat.Q6K => SixBitSuperBlock.Weights,
        _ => 1,
    };

    /// <summary>The format's name as GGUF's tools write it, in lower case, such as <c>q8_0</c>.</summary>
    public static string Name(TensorFormat format) => format switch
    {
        TensorFormat.Q8 => "q8_0",
        TensorFormat.Q4 => "q4_0",
        TensorFormat.Q4K => "q4_k",
        TensorFormat.Q6K => "q6_k",
        _ => format.ToString().ToLowerInvariant(),
    };

    public static long RowBytes(TensorFormat format, long columns) => format switch
    {
        TensorFormat.F32 => columns * 4,
        TensorFormat.F16 or TensorFormat.BF16 => columns * 2,
        TensorFormat.Q8 => columns / Q8Block * Q8BlockBytes,
        TensorFormat.Q4 => columns / FourBitBlock.Weights * FourBitBlock.Bytes,
        TensorFormat.Q4K => columns / FourBitSuperBlock.Weights * FourBitSuperBlock.Bytes,
        TensorFormat.Q6K => columns / SixBitSuperBlock.Weights * SixBitSuperBlock.Bytes,
        _ => throw new UnreachableException(format.ToString()),
    };

    /// <summary>Floats to stored bytes, rounded to nearest.</summary>
    public static void Encode(TensorFormat format, ReadOnlySpan<float> values, Span<byte> stored)
    {
        switch (format)
        {
            case TensorFormat.F32:
                MemoryMarshal.AsBytes(values).CopyTo(stored);
                break;
            case TensorFormat.F16:
                TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(stored));
                break;
            case TensorFormat.BF16:
                EncodeBrain(values, MemoryMarshal.Cast<byte, ushort>(stored));
                break;
            case TensorFormat.Q8:
                EncodeQ8(values, stored);
                break;
            case TensorFormat.Q4:
                EachBlock(values, stored, FourBitBlock.Weights, FourBitBlock.Bytes, FourBitBlock.Encode);
                break;
            case TensorFormat.Q4K:
                EachBlock(values, stored, FourBitSuperBlock.Weights, FourBitSuperBlock.Bytes, FourBitSuperBlock.Encode);
                break;
            case TensorFormat.Q6K:
                EachBlock(values, stored, SixBitSuperBlock.Weights, SixBitSuperBlock.Bytes, SixBitSuperBlock.Encode);
                break;
            default:
                throw new UnreachableException(format.ToString());
        }
    }

    /// <summary>Stored bytes to floats; exact.</summary>
    public static void Decode(TensorFormat format, ReadOnlySpan<byte> stored, Span<float> values)
    {
        switch (format)
        {
            case TensorFormat.F32:
                MemoryMarshal.Cast<byte, float>(stored)[..values.Length].CopyTo(values);
                break;
            case TensorFormat.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(stored)[..values.Length], values);
                break;
            case TensorFormat.BF16:
                DecodeBrain(MemoryMarshal.Cast<byte, ushort>(stored), values);
                break;
            case TensorFormat.Q8:
                DecodeQ8(stored, values);
                break;
            case TensorFormat.Q4:
                EachBlock(stored, values, FourBitBlock.Weights, FourBitBlock.Bytes, FourBitBlock.Decode);
                break;
            case TensorFormat.Q4K:
                EachBlock(stored, values, FourBitSuperBlock.Weights, FourBitSuperBlock.Bytes, FourBitSuperBlock.Decode);
                break;
            case TensorFormat.Q6K:
                EachBlock(stored, values, SixBitSuperBlock.Weights, SixBitSuperBlock.Bytes, SixBitSuperBlock.Decode);
                break;
            default:
                throw new UnreachableException(format.ToString());
        }
    }

    private delegate void BlockEncoder(ReadOnlySpan<float> weights, Span<byte> block);

    private delegate void BlockDecoder(ReadOnlySpan<byte> block, Span<float> weights);

    private static void EachBlock(
        ReadOnlySpan<float> values, Span<byte> stored, int weights, int bytes, BlockEncoder encode)
    {
        for (var block = 0; block < values.Length / weights; block++)
        {
            encode(values.Slice(block * weights, weights), stored.Slice(block * bytes, bytes));
        }
    }

    private static void EachBlock(
        ReadOnlySpan<byte> stored, Span<float> values, int weights, int bytes, BlockDecoder decode)
    {
        for (var block = 0; block < values.Length / weights; block++)
        {
            decode(stored.Slice(block * bytes, bytes), values.Slice(block * weights, weights));
        }
    }

    private static void EncodeBrain(ReadOnlySpan<float> values, Span<ushort> stored)
    {
        for (var at = 0; at < values.Length; at++)
        {
            var bits = BitConverter.SingleToUInt32Bits(values[at]);
            stored[at] = (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    private static void DecodeBrain(ReadOnlySpan<ushort> stored, Span<float> values)
    {
        for (var at = 0; at < values.Length; at++)
        {
            values[at] = BitConverter.UInt32BitsToSingle((uint)stored[at] << 16);
        }
    }

    private static void EncodeQ8(ReadOnlySpan<float> values, Span<byte> stored)
    {
        for (var block = 0; block < values.Length / Q8Block; block++)
        {
            var weights = values.Slice(block * Q8Block, Q8Block);
            var bytes = stored.Slice(block * Q8BlockBytes, Q8BlockBytes);
            var scale = TensorPrimitives.MaxMagnitude(weights);
            scale = MathF.Abs(scale) / 127f;
            BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)scale);
            var inverse = scale == 0 ? 0 : 1f / scale;

            for (var at = 0; at < Q8Block; at++)
            {
                bytes[2 + at] = (byte)(sbyte)MathF.Round(weights[at] * inverse, MidpointRounding.AwayFromZero);
            }
        }
    }

    private static void DecodeQ8(ReadOnlySpan<byte> stored, Span<float> values)
    {
        for (var block = 0; block < values.Length / Q8Block; block++)
        {
            var bytes = stored.Slice(block * Q8BlockBytes, Q8BlockBytes);
            var scale = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);

            for (var at = 0; at < Q8Block; at++)
            {
                values[(block * Q8Block) + at] = scale * (sbyte)bytes[2 + at];
            }
        }
    }
}
