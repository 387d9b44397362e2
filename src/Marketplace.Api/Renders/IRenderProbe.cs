using Marketplace.Domain.Accounts;
using Marketplace.Domain.Renders;

namespace Marketplace.Api.Renders;

/// <summary>
/// Traces small pictures of an order on this host to see what it costs. What was found is remembered, so that asking
/// again for the same scene, pose and settings costs nothing.
/// </summary>
public interface IRenderProbe
{
    /// <summary>Asks, and waits for a limited time; the work goes on after that.</summary>
    Task<RenderProbeOutcome> Probe(AccountId account, RenderOrder order, CancellationToken cancel = default);
}
