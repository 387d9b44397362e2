using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Payouts;

/// <summary>What the provider sees of a payout; the truth about money is in the rows of the books.</summary>
[GenerateSerializer, Alias("PayoutState")]
internal sealed record PayoutState
{
    /// <summary>Empty until the payout was accepted.</summary>
    [Id(0)]
    public string Standing { get; init; } = string.Empty;

    [Id(1)]
    public ProviderId Provider { get; init; }

    [Id(2)]
    public Usdc Amount { get; init; }

    [Id(3)]
    public string Wallet { get; init; } = string.Empty;

    [Id(4)]
    public string? Signature { get; init; }

    [Id(5)]
    public string? Trouble { get; init; }

    [Id(6)]
    public DateTimeOffset CreatedAt { get; init; }

    [Id(7)]
    public DateTimeOffset? PaidAt { get; init; }
}
