using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Marketplace.Ledger.Seals;

/// <summary>Adds up the hash of one block, journal by journal.</summary>
internal sealed class SealHash : IDisposable
{
    /// <summary>What the first block follows.</summary>
    public static readonly string Start = new('0', 2 * SHA256.HashSizeInBytes);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _writer;

    public SealHash(string previous)
    {
        _writer = new(_line);
        _hash.AppendData(Convert.FromHexString(previous));
    }

    public long First { get; private set; }

    public long Last { get; private set; }

    public long Journals { get; private set; }

    /// <summary>Adds a journal as a JSON array on one line: number, time, key, kind, then account and amount of each
    /// posting in order.</summary>
    public void Add(StoredJournal journal)
    {
        _line.Clear();
        _writer.Reset();
        _writer.WriteStartArray();
        _writer.WriteNumberValue(journal.Sequence);
        _writer.WriteNumberValue(journal.AtMicros);
        _writer.WriteStringValue(journal.Key);
        _writer.WriteStringValue(journal.Kind);

        foreach (var posting in journal.Postings)
        {
            _writer.WriteStringValue(posting.Account);
            _writer.WriteNumberValue(posting.Amount);
        }

        _writer.WriteEndArray();
        _writer.Flush();
        _line.Write("\n"u8);
        _hash.AppendData(_line.WrittenSpan);
        First = First == 0 ? journal.Sequence : First;
        Last = journal.Sequence;
        Journals++;
    }

    /// <summary>Lower-case hex; ends the block.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose()
    {
        _writer.Dispose();
        _hash.Dispose();
    }
}
