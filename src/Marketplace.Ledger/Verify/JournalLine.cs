namespace Marketplace.Ledger.Verify;

/// <summary>A command with what was posted under it, as the pass over all journals reads it.</summary>
/// <param name="Journal">Number, time, key, kind and postings; without a posting the command is bare.</param>
/// <param name="Assets">The asset of each posting, in the order of the postings.</param>
/// <param name="Legs">What the seal says of the number of postings; null without a seal.</param>
internal sealed record JournalLine(StoredJournal Journal, IReadOnlyList<string> Assets, long? Legs);
