using System.Security.Cryptography;
using System.Text.Json;

namespace Marketplace.Ledger.Seals;

/// <summary>Adds up the hash of one block, journal by journal.</summary>
internal sealed class SealHash : IDisposable
{
    /// <summary>What the first block follows.</summary>
    public static readonly string Start = new('0', 2 * SHA256.HashSizeInBytes);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public SealHash(string previous) => _hash.AppendData(Convert.FromHexString(previous));

    public long First { get; private set; }

    public long Last { get; private set; }

    public long Journals { get; private set; }

    /// <summary>Adds a journal as a JSON array on one line: number, time, key, kind, then account and amount of each
    /// posting in order.</summary>
    public void Add(StoredJournal journal)
    {
        var line = new object[4 + (2 * journal.Postings.Count)];
        (line[0], line[1], line[2], line[3]) = (journal.Sequence, journal.AtMicros, journal.Key, journal.Kind);

        for (var at = 0; at < journal.Postings.Count; at++)
        {
            line[4 + (2 * at)] = journal.Postings[at].Account;
            line[5 + (2 * at)] = journal.Postings[at].Amount;
        }

        _hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(line));
        _hash.AppendData("\n"u8);
        First = First == 0 ? journal.Sequence : First;
        Last = journal.Sequence;
        Journals++;
    }

    /// <summary>Lower-case hex; ends the block.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
