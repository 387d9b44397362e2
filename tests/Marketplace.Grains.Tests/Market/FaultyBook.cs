using System.Collections.Concurrent;
using Marketplace.Domain.Ledger;
using Marketplace.Ledger;

namespace Marketplace.Grains.Tests.Market;

/// <summary>The real books, with posts that can be made to fail before they are written, or after.</summary>
internal sealed class FaultyBook(IBook book) : IBook
{
    private readonly ConcurrentDictionary<string, bool> _faults = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Func<Task>> _before = new(StringComparer.Ordinal);
    private volatile Gathering? _gathering;

    /// <summary>
    /// The next entry with this journal or event fails; <paramref name="written"/> says whether it stands all the same.
    /// </summary>
    public void FailNext(string key, bool written) => _faults[key] = written;

    /// <summary>Something happens between the decision to post a journal of this kind and its posting, once.</summary>
    public void BeforeNext(string kind, Func<Task> act) => _before[kind] = act;

    /// <summary>Posts wait until this many are under way side by side; then all go on.</summary>
    public void Gather(int count) => _gathering = new(count);

    public async Task<PostOutcome> Post(Entry entry, CancellationToken cancel = default)
    {
        if (_gathering is { } gathering)
        {
            await gathering.Arrive(cancel);
        }

        foreach (var kind in entry.Journals.Select(journal => journal.Kind))
        {
            if (_before.TryRemove(kind, out var act))
            {
                await act();
            }
        }

        return await PostOrFail(entry, cancel);
    }

    private async Task<PostOutcome> PostOrFail(Entry entry, CancellationToken cancel)
    {
        foreach (var key in entry.Journals.Select(journal => journal.Key)
            .Concat(entry.Events.Select(told => told.Id.Value)))
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

    private sealed class Gathering(int count)
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _arrived;

        public Task Arrive(CancellationToken cancel)
        {
            if (Interlocked.Increment(ref _arrived) >= count)
            {
                _complete.TrySetResult();
            }

            return _complete.Task.WaitAsync(Patience, cancel);
        }
    }
}
