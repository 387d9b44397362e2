using Marketplace.Domain.Accounts;

namespace Marketplace.Ledger.Payments;

/// <summary>A wallet of ours that one customer pays into, for senders that can carry no reference.</summary>
/// <param name="Account">Whose money it is that comes in there.</param>
/// <param name="Address">Base58 address of the wallet.</param>
/// <param name="TokenAccount">Base58 address of its USDC account.</param>
public sealed record StandingAddress(AccountId Account, string Address, string TokenAccount)
{
    /// <summary>Its place in the order in which they were opened; set when read.</summary>
    public long Number { get; init; }

    /// <summary>When it was opened; set when read.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
