namespace Marketplace.Ledger.Seals;

/// <summary>
/// A block of journals under one hash: SHA-256 over the hash of the block before it and the journals' canonical text.
/// Whoever has a copy of it can tell later that nothing up to its last journal was changed, removed or slipped in.
/// </summary>
/// <param name="Block">Counts from 1.</param>
/// <param name="FirstSequence">Its first journal.</param>
/// <param name="LastSequence">Its last.</param>
/// <param name="Journals">How many there are between them, both included.</param>
/// <param name="PreviousHash">Lower-case hex; zeros for the first block.</param>
/// <param name="Hash">Lower-case hex.</param>
/// <param name="At">When it was sealed.</param>
public sealed record Seal(
    long Block,
    long FirstSequence,
    long LastSequence,
    long Journals,
    string PreviousHash,
    string Hash,
    DateTimeOffset At);
