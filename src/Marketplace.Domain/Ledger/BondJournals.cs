using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Ledger;

/// <summary>The journals of bonds: collateral that a provider puts up out of what it has earned.</summary>
public static class BondJournals
{
    /// <summary>Puts an amount into the bond.</summary>
    /// <param name="provider">Whose bond.</param>
    /// <param name="n">Names the act.</param>
    /// <param name="amount">At most what is payable.</param>
    public static Journal Fund(ProviderId provider, string n, Usdc amount) => new(
        $"bond:{provider}:{n}", "bond", [.. Journal.Move(Chart.Payable(provider), Chart.Bond(provider), amount)]);

    /// <summary>Gives an amount back.</summary>
    /// <param name="provider">Whose bond.</param>
    /// <param name="n">Names the act.</param>
    /// <param name="amount">At most what the bond holds.</param>
    public static Journal Release(ProviderId provider, string n, Usdc amount) => new(
        $"unbond:{provider}:{n}",
        "bond-released",
        [.. Journal.Move(Chart.Bond(provider), Chart.Payable(provider), amount)]);
}
