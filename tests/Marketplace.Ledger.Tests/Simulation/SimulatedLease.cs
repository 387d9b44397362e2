using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;

namespace Marketplace.Ledger.Tests.Simulation;

/// <summary>A lease as the world sees it.</summary>
internal sealed class SimulatedLease(
    string id, AccountId customer, ProviderId provider, long rate, int premiumBasisPoints)
{
    public string Id => id;

    public AccountId Customer => customer;

    public ProviderId Provider => provider;

    /// <summary>Micro-USDC an hour.</summary>
    public long Rate => rate;

    public int PremiumBasisPoints => premiumBasisPoints;

    public int Funded { get; set; }

    public int Ticks { get; set; }

    /// <summary>Milliseconds.</summary>
    public long Used { get; set; }

    public long Promo { get; set; }

    public long Escrow { get; set; }

    public long Taken { get; set; }

    /// <summary>More was set aside since the last tick.</summary>
    public bool IsBehind { get; set; }

    public Meter Meter { get; set; } = Meter.Zero;
}
