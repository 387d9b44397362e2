using System.Buffers.Binary;

namespace Marketplace.Domain.Verification;

/// <summary>What a device commits to for one position of a text, or of a prompt that is told.</summary>
/// <param name="Token">
/// The drawn token, or that of the prompt; the end mark where the model ended the text.
/// </param>
/// <param name="Top">
/// The <see cref="TopCount"/> likeliest tokens, each with its log-probability. In a prompt its own token is always
/// among them, in the place of the last where it is none of the likeliest.
/// </param>
/// <param name="LogSumExp">ln Σ exp(logit).</param>
public sealed record LogitRecord(int Token, IReadOnlyList<(int Token, float Logprob)> Top, float LogSumExp)
{
    /// <summary>Likeliest tokens of a record; a smaller vocabulary leaves places empty.</summary>
    public const int TopCount = 8;

    /// <summary>Bytes of a record.</summary>
    public const int Bytes = 4 + (TopCount * (TokenBytes + sizeof(float))) + 4;

    private const int TokenBytes = 3;
    private const int NoToken = (1 << 24) - 1;

    /// <summary>
    /// Of <see cref="Top"/>, those that are told as the likeliest: one less where the last is its own token.
    /// </summary>
    public int RankedCount => Top.Count == TopCount && Top[^1].Token == Token ? TopCount - 1 : Top.Count;

    /// <summary>
    /// Little-endian: the token in 4 bytes; eight times a token in 3 and its log-probability in 4 as a float; the
    /// log-sum-exp in 4.
    /// </summary>
    public byte[] Encode()
    {
        var record = new byte[Bytes];
        BinaryPrimitives.WriteInt32LittleEndian(record, Token);
        var rest = record.AsSpan(4);

        for (var at = 0; at < TopCount; at++)
        {
            var (token, logprob) = at < Top.Count ? Top[at] : (NoToken, 0);
            BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)(token & ushort.MaxValue));
            rest[2] = (byte)((token >> 16) & byte.MaxValue);
            BinaryPrimitives.WriteSingleLittleEndian(rest[TokenBytes..], logprob);
            rest = rest[(TokenBytes + sizeof(float))..];
        }

        BinaryPrimitives.WriteSingleLittleEndian(rest, LogSumExp);
        return record;
    }

    /// <summary>The record of these bytes; null when they are none.</summary>
    public static LogitRecord? Decode(ReadOnlySpan<byte> record)
    {
        if (record.Length != Bytes)
        {
            return null;
        }

        var drawn = BinaryPrimitives.ReadInt32LittleEndian(record);
        var top = new List<(int, float)>(TopCount);
        var rest = record[4..];

        for (var at = 0; at < TopCount; at++)
        {
            var token = BinaryPrimitives.ReadUInt16LittleEndian(rest) | (rest[2] << 16);
            var logprob = BinaryPrimitives.ReadSingleLittleEndian(rest[TokenBytes..]);
            rest = rest[(TokenBytes + sizeof(float))..];

            if (token != NoToken)
            {
                top.Add((token, logprob));
            }
        }

        return drawn < 0 ? null : new(drawn, top, BinaryPrimitives.ReadSingleLittleEndian(rest));
    }
}
