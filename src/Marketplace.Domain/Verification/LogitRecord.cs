using System.Buffers.Binary;

namespace Marketplace.Domain.Verification;

/// <summary>What a device commits to for one position of a text.</summary>
/// <param name="Token">The drawn token; the end mark where the model ended the text.</param>
/// <param name="Top">The <see cref="TopCount"/> likeliest tokens, each with its log-probability.</param>
/// <param name="LogSumExp">ln Σ exp(logit).</param>
public sealed record LogitRecord(int Token, IReadOnlyList<(int Token, float Logprob)> Top, float LogSumExp)
{
    /// <summary>Likeliest tokens of a record; a smaller vocabulary leaves places empty.</summary>
    public const int TopCount = 8;

    /// <summary>Bytes of a record with 16-bit log-probabilities.</summary>
    public const int Bytes = 4 + (TopCount * 5) + 4;

    /// <summary>Bytes of a record with single-precision log-probabilities.</summary>
    public const int BytesSingle = 4 + (TopCount * 7) + 4;

    private const int TokenBytes = 3;
    private const int NoToken = (1 << 24) - 1;

    /// <summary>
    /// Steps of a 16-bit log-probability are 2^-10: an error of 5e-4, below what honest 16-bit weights differ by.
    /// </summary>
    private const float Step = 1f / 1024;

    /// <summary>
    /// Little-endian: the token in 4 bytes; eight times a token in 3 and its log-probability in 2, or in 4 as a float;
    /// the log-sum-exp in 4.
    /// </summary>
    /// <param name="isSingle">Whether the profile's arithmetic is exact enough for single precision to matter.</param>
    public byte[] Encode(bool isSingle)
    {
        var record = new byte[isSingle ? BytesSingle : Bytes];
        BinaryPrimitives.WriteInt32LittleEndian(record, Token);
        var rest = record.AsSpan(4);

        for (var at = 0; at < TopCount; at++)
        {
            var (token, logprob) = at < Top.Count ? Top[at] : (NoToken, 0);
            BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)(token & ushort.MaxValue));
            rest[2] = (byte)((token >> 16) & byte.MaxValue);
            rest = rest[TokenBytes..];

            if (isSingle)
            {
                BinaryPrimitives.WriteSingleLittleEndian(rest, logprob);
                rest = rest[4..];
            }
            else
            {
                var steps = Math.Clamp(MathF.Round(logprob / Step), short.MinValue, short.MaxValue);
                BinaryPrimitives.WriteInt16LittleEndian(rest, (short)steps);
                rest = rest[2..];
            }
        }

        BinaryPrimitives.WriteSingleLittleEndian(rest, LogSumExp);
        return record;
    }

    /// <summary>The record of these bytes; null when they are none.</summary>
    public static LogitRecord? Decode(ReadOnlySpan<byte> record, bool isSingle)
    {
        if (record.Length != (isSingle ? BytesSingle : Bytes))
        {
            return null;
        }

        var drawn = BinaryPrimitives.ReadInt32LittleEndian(record);
        var top = new List<(int, float)>(TopCount);
        var rest = record[4..];

        for (var at = 0; at < TopCount; at++)
        {
            var token = BinaryPrimitives.ReadUInt16LittleEndian(rest) | (rest[2] << 16);
            rest = rest[TokenBytes..];
            var logprob = isSingle
                ? BinaryPrimitives.ReadSingleLittleEndian(rest)
                : BinaryPrimitives.ReadInt16LittleEndian(rest) * Step;
            rest = rest[(isSingle ? 4 : 2)..];

            if (token != NoToken)
            {
                top.Add((token, logprob));
            }
        }

        return drawn < 0 ? null : new(drawn, top, BinaryPrimitives.ReadSingleLittleEndian(rest));
    }
}
