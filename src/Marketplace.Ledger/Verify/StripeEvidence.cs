namespace Marketplace.Ledger.Verify;

/// <summary>What the card processor says of our balance.</summary>
/// <param name="BalanceMicroUsd">Available and pending together; negative when it took more than was there.</param>
/// <param name="Lines">
/// Every change of it, or none when only the balance is to be compared. A payment and its fee are two lines.
/// </param>
public sealed record StripeEvidence(long BalanceMicroUsd, IReadOnlyList<StripeLine> Lines);
