using Marketplace.Api.Http;

namespace Marketplace.Api.Webhooks;

/// <summary>Makes a webhook.</summary>
/// <param name="Url" example="https://renders.example.com/hooks">
/// Where events are sent: https, on the public internet, at most 500 characters.
/// </param>
/// <param name="Events" example="[&quot;render.succeeded&quot;, &quot;render.failed&quot;]">
/// What it is told of, each once: job.succeeded, job.failed, job.cancelled, job.expired, render.succeeded,
/// render.failed, render.cancelled, render.expired, render.frame_finished, batch.completed, batch.failed,
/// batch.cancelled, batch.expired, deposit.received, top_up.paid, top_up.failed, top_up.expired; for providers
/// payout.posted, payout.frozen, payout.refused, device.set_aside, device.audit_failed.
/// </param>
/// <param name="Description" example="render farm">What it is for, at most 200 characters.</param>
internal sealed record CreateWebhookRequest(string Url, IReadOnlyList<string> Events, string? Description = null)
{
    public Faults Check()
    {
        var faults = new Faults();
        WebhookFields.Check(Events, Description, faults);
        return faults;
    }
}
