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
    /// <summary>Of payouts and refunds: what is known, for the risk score.</summary>
    public RiskFacts? Risk { get; init; }

    /// <summary>
    /// Who asks for what takes two people whatever is found: the case is this one's, and waits for another one to
    /// approve. Null where screening alone decides whether there is a case.
    /// </summary>
    public Reviewer? AskedBy { get; init; }

    /// <summary>Whether money waits for the verdict.</summary>
    public bool IsAboutMoney =>
        Purpose is ScreenPurpose.Payout or ScreenPurpose.Refund or ScreenPurpose.SuspenseRefund;
}
