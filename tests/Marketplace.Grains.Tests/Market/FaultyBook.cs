using System.Collections.Concurrent;
using Marketplace.Domain.Ledger;
using Marketplace.Ledger;

namespace Marketplace.Grains.Tests.Market;

/// <summary>The real books, with posts that can be made to fail before they are written, or after.</summary>
internal sealed class FaultyBook(IBook book) : IBook
{
    private readonly ConcurrentDictionary<string, bool> _faults = new(StringComparer.Ordinal);
    private int _posting;

    /// <summary>
    /// The next entry with this journal fails; <paramref name="written"/> says whether it stands all the same.
    /// </summary>
    public void FailNext(string key, bool written) => _faults[key] = written;

    /// <summary>Most posts that were under way side by side.</summary>
    public int MostAtOnce { get; set; }

    public async Task<PostOutcome> Post(Entry entry, CancellationToken cancel = default)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _posting));

        try
        {
            return await PostOrFail(entry, cancel);
        }
        finally
        {
            Interlocked.Decrement(ref _posting);
        }
    }

    private async Task<PostOutcome> PostOrFail(Entry entry, CancellationToken cancel)
    {
        foreach (var key in entry.Journals.Select(journal => journal.Key))
        {
            if (_faults.TryRemove(key, out var written))
            {
                if (written)
                {
                    await book.Post(entry, cancel);
                }

                throw new IOException($"The database went away with {key}.");
            }
        }

        return await book.Post(entry, cancel);
    }

    public Task<AccountBalance> Balance(LedgerAccount account, CancellationToken cancel = default) =>
        book.Balance(account, cancel);

    public Task<IReadOnlyList<AccountBalance>> Balances(
        IReadOnlyList<LedgerAccount> accounts, CancellationToken cancel = default) => book.Balances(accounts, cancel);

    public Task<IReadOnlyList<TrialBalanceLine>> TrialBalance(CancellationToken cancel = default) =>
        book.TrialBalance(cancel);

    public Task<IReadOnlyList<StatementLine>> Statement(
        LedgerAccount account, long? before, int limit, CancellationToken cancel = default) =>
        book.Statement(account, before, limit, cancel);
}
