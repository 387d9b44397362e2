using System.Buffers.Binary;

namespace Marketplace.Domain.Verification;

/// <summary>
/// What a verifier computed itself of one position of another's text, before it knows anything of what that one claims.
/// </summary>
/// <param name="Record">Its own logits of the position; the token is the one that it was given.</param>
/// <param name="Margin">
/// By how much that token loses against the best one, in logits; <see cref="LogitJudge.Largest"/> where it could not
/// have been drawn at all.
/// </param>
public sealed record MeasuredPosition(LogitRecord Record, float Margin)
{
    /// <summary>Bytes of one: the record, then the margin as a little-endian float.</summary>
    public const int Bytes = LogitRecord.Bytes + sizeof(float);

    /// <summary>All of them, one behind the other.</summary>
    public static byte[] Encode(IReadOnlyCollection<MeasuredPosition> positions)
    {
        var bytes = new byte[positions.Count * Bytes];
        var rest = bytes.AsSpan();

        foreach (var position in positions)
        {
            position.Record.Encode().CopyTo(rest);
            BinaryPrimitives.WriteSingleLittleEndian(rest[LogitRecord.Bytes..], position.Margin);
            rest = rest[Bytes..];
        }

        return bytes;
    }

    /// <summary>Those of the bytes; null where the bytes are none.</summary>
    public static IReadOnlyList<MeasuredPosition>? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % Bytes != 0 || bytes.Length / Bytes > LogitCommitment.RecordsMax)
        {
            return null;
        }

        var positions = new List<MeasuredPosition>(bytes.Length / Bytes);

        for (; bytes.Length > 0; bytes = bytes[Bytes..])
        {
            if (LogitRecord.Decode(bytes[..LogitRecord.Bytes]) is not { } record)
            {
                return null;
            }

            positions.Add(new(record, BinaryPrimitives.ReadSingleLittleEndian(bytes[LogitRecord.Bytes..])));
        }

        return positions;
    }

    /// <summary>Why these are no measurement of a text of these tokens, or null.</summary>
    public static string? WhyNonsense(IReadOnlyList<MeasuredPosition>? positions, IReadOnlyList<int> tokens)
    {
        if (positions?.Count != tokens.Count)
        {
            return $"{positions?.Count ?? 0} positions measured, the text has {tokens.Count}";
        }

        for (var at = 0; at < tokens.Count; at++)
        {
            if (positions[at].WhyNonsense(tokens[at]) is { } why)
            {
                return $"position {at}: {why}";
            }
        }

        return null;
    }

    private string? WhyNonsense(int token) =>
        Record.Token != token ? $"token {Record.Token} measured, the text has {token}"
        : !(Margin >= 0) ? "the margin is not at least 0"
        : Record.Top.Count == 0 || !float.IsFinite(Record.LogSumExp) ? "no logits"
        : Record.Top.DistinctBy(one => one.Token).Count() != Record.Top.Count ? "a token is told twice"
        : Record.Top.Any(one => !(one.Logprob <= LogprobMax)) ? "a probability above 1"
        : Record.Top.Zip(Record.Top.Skip(1)).Any(pair => pair.First.Logprob < pair.Second.Logprob)
            ? "not the likeliest first"
        : null;

    // Rounding of a token that is as good as certain.
    private const float LogprobMax = 1e-3f;
}
