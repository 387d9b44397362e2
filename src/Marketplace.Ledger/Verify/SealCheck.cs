using System.Data.Common;
using Marketplace.Ledger.Seals;

namespace Marketplace.Ledger.Verify;

/// <summary>Hashes the journals again and compares with the seals, and the seals with their copies outside.</summary>
internal static class SealCheck
{
    public const string Id = "15c";

    public const string Statement = "every sealed block has the journals that were sealed, as its copy outside says";

    private const int PageSize = 1_000;

    /// <summary>
    /// The copies as they are now. To be read before the books: a copy comes after its seal, so that books which are
    /// older than the copies would seem to lack a block that was sealed meanwhile.
    /// </summary>
    public static async Task<SealCopies?> Read(SealFolder? folder, CancellationToken cancel)
    {
        if (folder is null)
        {
            return null;
        }

        var seals = new List<(long Block, Seal? Seal)>();

        await foreach (var copy in folder.Read(cancel))
        {
            seals.Add(copy);
        }

        return new(folder.Path, seals);
    }

    public static async Task<InvariantResult> Run(
        DbConnection connection, SealCopies? copies, CancellationToken cancel)
    {
        var findings = new List<string>();
        var seals = await All(connection, cancel);

        if (seals.Count > 0)
        {
            await Rehash(connection, seals, findings, cancel);
        }

        if (copies is not null)
        {
            Compare(seals, copies, findings);
        }

        return InvariantResult.From(Id, Statement, findings);
    }

    private static async Task<List<Seal>> All(DbConnection connection, CancellationToken cancel)
    {
        var seals = new List<Seal>();
        IReadOnlyList<Seal> page;

        do
        {
            page = await SealRows.After(connection, seals is [.., var last] ? last.Block : 0, PageSize, cancel);
            seals.AddRange(page);
        }
        while (page.Count == PageSize);

        return seals;
    }

    private static async Task Rehash(
        DbConnection connection, List<Seal> seals, List<string> findings, CancellationToken cancel)
    {
        var at = 0;
        var previous = SealHash.Start;
        var hash = new SealHash(previous);

        await foreach (var journal in JournalStream.Read(connection, 0, seals[^1].LastSequence, cancel))
        {
            hash.Add(journal);

            // A block ends where its seal says; a journal beyond it shows that the last one is gone.
            if (journal.Sequence >= seals[at].LastSequence)
            {
                if (!Matches(seals[at], at + 1, previous, hash, findings))
                {
                    hash.Dispose();
                    return;
                }

                previous = seals[at].Hash;
                hash.Dispose();
                hash = new(previous);

                if (++at == seals.Count)
                {
                    break;
                }
            }
        }

        hash.Dispose();

        if (at < seals.Count)
        {
            findings.Add($"block {seals[at].Block}: its last journal {seals[at].LastSequence} is gone");
        }
    }

    private static bool Matches(Seal seal, int block, string previous, SealHash hash, List<string> findings)
    {
        var isRight = seal.Block == block && seal.PreviousHash == previous && seal.FirstSequence == hash.First
            && seal.LastSequence == hash.Last && seal.Journals == hash.Journals && seal.Hash == hash.Finish();

        if (!isRight)
        {
            findings.Add(
                $"block {seal.Block}, journals {seal.FirstSequence} to {seal.LastSequence}: not what was sealed");
        }

        return isRight;
    }

    private static void Compare(List<Seal> seals, SealCopies copies, List<string> findings)
    {
        var copied = 0L;

        foreach (var (block, copy) in copies.Seals)
        {
            if (block != ++copied)
            {
                findings.Add($"block {copied} has no copy in {copies.Path}");
                return;
            }

            if (block > seals.Count)
            {
                findings.Add($"block {block} has a copy and is not in the books");
            }
            else if (copy != seals[(int)block - 1])
            {
                findings.Add($"block {block} is not what its copy says");
            }
        }

        // The newest may be between its seal and its copy.
        if (copied < seals.Count - Sealer.BlocksMax)
        {
            findings.Add($"{seals.Count - copied} blocks have no copy in {copies.Path}");
        }
    }
}
