using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Ledger.Seals;

namespace Marketplace.Ledger.Tests.Seals;

/// <summary>The bytes under a seal: they are for ever, since seals that were made are compared with new hashes.</summary>
public sealed class SealHashTests
{
    [Fact]
    public void A_journal_is_hashed_as_one_line_of_plain_json()
    {
        StoredJournal[] journals =
        [
            new(7, 1_700_000_000_000_000, "topup:pi_\"<é+\u2028\ud800", "kind&", [new("L:usdc:å", -5), new("A:x", long.MaxValue)]),
            new(8, 0, string.Empty, "bare", []),
        ];
        using var hash = new SealHash(SealHash.Start);

        foreach (var journal in journals)
        {
            hash.Add(journal);
        }

        var expected = SHA256.HashData(
        [
            .. new byte[SHA256.HashSizeInBytes],
            .. journals.SelectMany(journal => JsonSerializer.SerializeToUtf8Bytes<object[]>(
                [
                    journal.Sequence, journal.AtMicros, journal.Key, journal.Kind,
                    .. journal.Postings.SelectMany(posting => new object[] { posting.Account, posting.Amount }),
                ]).Append((byte)'\n')),
        ]);
        Assert.Equal(Convert.ToHexStringLower(expected), hash.Finish());
        Assert.Equal((7, 8, 2), (hash.First, hash.Last, hash.Journals));
    }
}
