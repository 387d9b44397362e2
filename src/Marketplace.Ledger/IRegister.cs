namespace Marketplace.Ledger;

/// <summary>The index of what can be listed; see <see cref="RegisterRow"/>. Lists run newest first.</summary>
public interface IRegister
{
    /// <summary>Inserts or replaces rows in one transaction.</summary>
    Task Put(IReadOnlyList<RegisterRow> rows, CancellationToken cancel = default);

    Task<RegisterRow?> Find(string kind, string id, CancellationToken cancel = default);

    /// <summary>Rows of a kind, newest first.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="owner">Only this owner's; null for all.</param>
    /// <param name="state">Only in this state; null for all.</param>
    /// <param name="before">Only below this sequence number; null from the newest.</param>
    /// <param name="limit">At most 1,000.</param>
    /// <param name="cancel">Ends the wait.</param>
    Task<IReadOnlyList<RegisterRow>> List(
        string kind, string? owner, string? state, long? before, int limit, CancellationToken cancel = default);

    /// <summary>Rows of a kind whose time has come, oldest due first; at most 1,000.</summary>
    Task<IReadOnlyList<RegisterRow>> Due(
        string kind, DateTimeOffset now, int limit, CancellationToken cancel = default);
}
