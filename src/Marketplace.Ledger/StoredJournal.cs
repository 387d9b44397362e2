namespace Marketplace.Ledger;

/// <summary>A journal as it stands in the books.</summary>
/// <param name="Sequence">Its number; gaps are normal.</param>
/// <param name="AtMicros">When it was written, microseconds since 1970 UTC.</param>
/// <param name="Key">Unique for ever.</param>
/// <param name="Kind">The event.</param>
/// <param name="Postings">In the order of their legs.</param>
public sealed record StoredJournal(
    long Sequence, long AtMicros, string Key, string Kind, IReadOnlyList<StoredPosting> Postings);
