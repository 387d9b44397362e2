using Marketplace.Grains.Abstractions.Ledger;

namespace Marketplace.Api.Admin;

/// <summary>One administrative act.</summary>
/// <param name="Sequence" example="17">Its number; the log has no gaps.</param>
/// <param name="At">When.</param>
/// <param name="Actor" example="key_01j9zq8k3v7r2m5x4c6b8n0t1w">The key that did it.</param>
/// <param name="Action" example="provider.suspend">What was done.</param>
/// <param name="Subject" example="prov_01j9zq8k3v7r2m5x4c6b8n0t1w">What it was done to.</param>
/// <param name="Reason" example="Abuse report 42">Why.</param>
internal sealed record AuditResponse(
    long Sequence, DateTimeOffset At, string Actor, string Action, string Subject, string Reason)
{
    public static AuditResponse From(AuditView view) =>
        new(view.Sequence, view.At, view.Actor, view.Action, view.Subject, view.Reason);
}
