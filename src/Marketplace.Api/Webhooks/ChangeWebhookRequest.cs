using Marketplace.Api.Http;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Webhooks;

namespace Marketplace.Api.Webhooks;

/// <summary>Changes a webhook; what is not told stays as it is.</summary>
/// <param name="Url" example="https://renders.example.com/hooks">Where events are sent from now on.</param>
/// <param name="Events" example="[&quot;render.succeeded&quot;]">All that it is told of from now on.</param>
/// <param name="Description" example="render farm">What it is for, at most 200 characters.</param>
/// <param name="Enabled" example="true">Off: nothing is queued or sent, and what waits is kept.</param>
internal sealed record ChangeWebhookRequest(
    string? Url = null, IReadOnlyList<string>? Events = null, string? Description = null, bool? Enabled = null)
{
    public Faults Check()
    {
        var faults = new Faults();
        WebhookFields.Check(Events, Description, faults);
        return faults;
    }

    public WebhookChange ToChange(ProviderId? provider) => new(Url, Description, Events, provider, Enabled);
}
