using System.Data.Common;
using Marketplace.Ledger.Seals;

namespace Marketplace.Ledger.Verify;

/// <summary>Hashes the journals again and compares with the seals, and the seals with their copies outside.</summary>
internal sealed class SealCheck : IJournalCheck, IDisposable
{
    public const string Id = "15c";

    public const string Statement = "every sealed block has the journals that were sealed, as its copy outside says";

    private const int PageSize = 1_000;

    private readonly List<string> _findings = [];
    private readonly List<string> _compared = [];
    private readonly List<Seal> _seals;
    private SealHash _hash = new(SealHash.Start);
    private string _previous = SealHash.Start;
    private bool _isBroken;
    private int _at;

    private SealCheck(List<Seal> seals) => _seals = seals;

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

    /// <summary>Reads the seals, and compares them with their copies where there are any.</summary>
    public static async Task<SealCheck> Read(DbConnection connection, SealCopies? copies, CancellationToken cancel)
    {
        var check = new SealCheck(await All(connection, cancel));

        if (copies is not null)
        {
            Compare(check._seals, copies, check._compared);
        }

        return check;
    }

    public void See(JournalLine line)
    {
        if (_isBroken || _at == _seals.Count)
        {
            return;
        }

        var journal = line.Journal;
        _hash.Add(journal);

        // A block ends where its seal says; a journal beyond it shows that the last one is gone.
        if (journal.Sequence >= _seals[_at].LastSequence)
        {
            _isBroken = !Matches(_seals[_at]);
            _previous = _seals[_at].Hash;
            _hash.Dispose();
            _hash = new(_previous);
            _at++;
        }
    }

    public InvariantResult End()
    {
        if (!_isBroken && _at < _seals.Count)
        {
            _findings.Add($"block {_seals[_at].Block}: its last journal {_seals[_at].LastSequence} is gone");
        }

        return InvariantResult.From(Id, Statement, [.. _findings, .. _compared]);
    }

    public void Dispose() => _hash.Dispose();

    private bool Matches(Seal seal)
    {
        var isRight = seal.Block == _at + 1 && seal.PreviousHash == _previous && seal.FirstSequence == _hash.First
            && seal.LastSequence == _hash.Last && seal.Journals == _hash.Journals && seal.Hash == _hash.Finish();

        if (!isRight)
        {
            _findings.Add(
                $"block {seal.Block}, journals {seal.FirstSequence} to {seal.LastSequence}: not what was sealed");
        }

        return isRight;
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
