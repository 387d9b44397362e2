using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger.Verify;

/// <summary>What the chain says of one standing deposit address.</summary>
/// <param name="Address">The wallet.</param>
/// <param name="TokenAccount">Its token account.</param>
/// <param name="Balance">What lies there.</param>
/// <param name="Moves">
/// Its history, oldest first; null where what lies there and what the treasury got from it are what was credited.
/// </param>
public sealed record AddressEvidence(
    string Address, string TokenAccount, Usdc Balance, IReadOnlyList<ChainMove>? Moves);
