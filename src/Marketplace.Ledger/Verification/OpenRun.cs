namespace Marketplace.Ledger.Verification;

/// <summary>Receipts that are in no epoch yet, from the oldest.</summary>
/// <param name="Number">Of the epoch that they would be.</param>
/// <param name="First">Place of the first in the chain of receipts.</param>
/// <param name="Since">When the first was written.</param>
/// <param name="Hashes">Their chain hashes, in order.</param>
public sealed record OpenRun(long Number, long First, DateTimeOffset Since, IReadOnlyList<byte[]> Hashes);
