using Marketplace.Ledger.Seals;

namespace Marketplace.Ledger.Verify;

/// <summary>The copies of the seals outside the database, as they were at one time.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Seals">In order; null for a file that cannot be read.</param>
internal sealed record SealCopies(string Path, IReadOnlyList<(long Block, Seal? Seal)> Seals);
