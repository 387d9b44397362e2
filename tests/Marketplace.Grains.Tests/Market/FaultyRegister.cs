using System.Collections.Concurrent;
using Marketplace.Ledger;

namespace Marketplace.Grains.Tests.Market;

/// <summary>The real register, with calls that can be made to fail.</summary>
internal sealed class FaultyRegister(IRegister register) : IRegister
{
    private readonly ConcurrentDictionary<string, bool> _faults = new(StringComparer.Ordinal);

    /// <summary>The next list of this kind fails.</summary>
    public void FailNextList(string kind) => _faults[kind] = true;

    /// <summary>The next write of the row with this id fails.</summary>
    public void FailNextPut(string id) => _faults[id] = true;

    /// <summary>No fault is left to come.</summary>
    public void Heal() => _faults.Clear();

    public Task Put(IReadOnlyList<RegisterRow> rows, CancellationToken cancel = default)
    {
        foreach (var row in rows)
        {
            FailIfTold(row.Id);
        }

        return register.Put(rows, cancel);
    }

    public Task<RegisterRow?> Find(string kind, string id, CancellationToken cancel = default) =>
        register.Find(kind, id, cancel);

    public Task<IReadOnlyList<RegisterRow>> List(
        string kind, string? owner, string? state, long? before, int limit, CancellationToken cancel = default)
    {
        FailIfTold(kind);
        return register.List(kind, owner, state, before, limit, cancel);
    }

    public Task<IReadOnlyList<RegisterRow>> Due(
        string kind, DateTimeOffset now, int limit, CancellationToken cancel = default) =>
        register.Due(kind, now, limit, cancel);

    private void FailIfTold(string what)
    {
        if (_faults.TryRemove(what, out _))
        {
            throw new IOException($"The database went away with {what}.");
        }
    }
}
