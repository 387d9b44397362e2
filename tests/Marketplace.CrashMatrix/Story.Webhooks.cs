using Marketplace.Domain.Webhooks;
using Marketplace.EndToEnd.Tests.Processes;

namespace Marketplace.CrashMatrix;

/// <summary>The renter has a webhook, and is told of all that ended, of each thing by one event.</summary>
internal sealed partial class Story
{
    private static readonly TimeSpan ToldWithin = TimeSpan.FromSeconds(150);

    private static readonly string[] Wanted =
        [EventTypes.JobSucceeded, EventTypes.RenderSucceeded, EventTypes.DepositReceived, EventTypes.TopUpPaid];

    private async Task OpenWebhook() => await renter.Make(
        "/v1/webhooks", new { url = market.Hooks.Url(name), events = Wanted }, Key("webhook"));

    private async Task Told() => await Eventually.Holds(
        "the renter is told of everything",
        _ => Task.FromResult(market.Hooks.Told(name)),
        told => Wanted.All(type => told.Any(one => one.Type == type))
            && _bill.Works.All(work => told.Any(one => one.Subject == work)),
        ToldWithin,
        market.Cancel);

    /// <summary>Things that more than one event tells of.</summary>
    private IEnumerable<string> ToldTwice() =>
        from told in market.Hooks.Told(name)
        group told.Id by (told.Type, told.Subject) into events
        where events.Count() > 1
        select $"{events.Key.Type} of {events.Key.Subject} is told by {string.Join(", ", events)}";
}
