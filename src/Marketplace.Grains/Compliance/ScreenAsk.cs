using Marketplace.Domain.Compliance;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Compliance;

/// <summary>Somebody to be screened.</summary>
/// <param name="Purpose">What for.</param>
/// <param name="Provider">Who.</param>
/// <param name="Name">Its legal name, or the name it goes by.</param>
/// <param name="Wallet">Where its money goes or is to go, or null.</param>
/// <param name="Subject">What the verdict is about, so that a repeat is answered by the first verdict.</param>
internal sealed record ScreenAsk(
    ScreenPurpose Purpose, ProviderId Provider, string Name, string? Wallet, string Subject)
{
    /// <summary>Of payouts: what is known, for the risk score.</summary>
    public RiskFacts? Risk { get; init; }
}
