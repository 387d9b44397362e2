using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
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

    [Id(8)]
    public PayoutSpeed Speed { get; init; }

    /// <summary>Part of the amount.</summary>
    [Id(9)]
    public Usdc Fee { get; init; }

    /// <summary>The run that it goes out with; null: at once.</summary>
    [Id(10)]
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The verdict of screening that let it pass, or null before.</summary>
    [Id(11)]
    public string? Screening { get; init; }

    /// <summary>The rail it is paid on.</summary>
    [Id(12)]
    public RailName Rail { get; init; }
}
