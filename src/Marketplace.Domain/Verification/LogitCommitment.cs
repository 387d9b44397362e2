using Marketplace.Domain.Inference;

namespace Marketplace.Domain.Verification;

/// <summary>
/// What a device binds itself to with a text: the hash of its <see cref="LogitHeader"/> and a <see cref="LogitRecord"/>
/// for every position. The root over them is what it signs.
/// </summary>
/// <param name="Header">SHA-256, 32 bytes.</param>
/// <param name="Records">
/// All records, one behind the other, <see cref="RecordBytes"/> each: every profile here sums in single precision, so
/// that log-probabilities of 16 bits would hide more than honest devices differ by.
/// </param>
[GenerateSerializer, Immutable, Alias("LogitCommitment")]
public sealed record LogitCommitment([property: Id(0)] byte[] Header, [property: Id(1)] byte[] Records)
{
    /// <summary>Bytes of a record.</summary>
    public const int RecordBytes = LogitRecord.Bytes;

    /// <summary>Bytes of a header.</summary>
    public const int HeaderBytes = 32;

    /// <summary>Most records: one a token, and one for the mark that ends the text.</summary>
    public const int RecordsMax = InferenceLimits.TokensMax + 1;

    /// <summary>Records that it has.</summary>
    public int Count => Records.Length / RecordBytes;

    /// <summary>What is wrong with its form, or null. Whoever takes one from a device asks this first.</summary>
    public string? WhyMalformed() =>
        Header.Length != HeaderBytes ? $"the header of the commitment has {Header.Length} bytes, not {HeaderBytes}"
        : Records.Length % RecordBytes != 0
            ? $"{Records.Length} bytes are no whole number of records of {RecordBytes} bytes"
        : Count > RecordsMax ? $"{Count} records, allowed are {RecordsMax}"
        : null;

    /// <summary>The root over the records behind the header: see <see cref="LogitLeaves"/>.</summary>
    public byte[] Root()
    {
        var leaves = new LogitLeaves(Header);

        for (var at = 0; at < Count; at++)
        {
            leaves.Add(Record(at));
        }

        return leaves.Root();
    }

    /// <summary>The records; null when one is none.</summary>
    public IReadOnlyList<LogitRecord>? Read()
    {
        var records = new List<LogitRecord>(Count);

        for (var at = 0; at < Count; at++)
        {
            if (LogitRecord.Decode(Record(at)) is not { } record)
            {
                return null;
            }

            records.Add(record);
        }

        return records;
    }

    private ReadOnlySpan<byte> Record(int at) => Records.AsSpan(at * RecordBytes, RecordBytes);
}
