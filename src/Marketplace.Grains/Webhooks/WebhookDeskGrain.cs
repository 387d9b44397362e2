using System.Text;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Webhooks;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Webhooks;
using Marketplace.Ledger.Webhooks;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Webhooks;

/// <summary>Changes an account's webhooks, one change at a time.</summary>
[GrainType("webhook-desk")]
internal sealed class WebhookDeskGrain(
    WebhookRows webhooks,
    DeliveryRows deliveries,
    WebhookSecrets secrets,
    IOptions<WebhookOptions> options,
    TimeProvider clock) : Grain, IWebhookDeskGrain
{
    private AccountId Account => AccountId.Parse(this.GetPrimaryKeyString());

    private WebhookOptions Limits => options.Value;

    public async Task<WebhookOutcome> Create(NewWebhook wanted, CancellationToken cancel = default)
    {
        if (WhyNot(wanted.Url, wanted.Events, wanted.Provider) is { } refusal)
        {
            return refusal;
        }

        if (await webhooks.Find(wanted.Id, cancel) is { } known)
        {
            return IsAsWanted(known, wanted)
                ? new WebhookOutcome.Stands(View(known), null)
                : new WebhookOutcome.KeyTaken();
        }

        var made = new StoredWebhook(wanted.Id, Account, wanted.Url, wanted.Description, wanted.Events)
        {
            KeyId = secrets.KeyId,
        };

        if (!await webhooks.Insert(made, Interests(wanted.Events, wanted.Provider), Limits.PerAccountMax, cancel))
        {
            return new WebhookOutcome.TooMany(Limits.PerAccountMax);
        }

        return await Told(wanted.Id, withSecret: true, cancel);
    }

    public async Task<IReadOnlyList<WebhookView>> List(CancellationToken cancel = default) =>
        [.. (await webhooks.Of(Account, cancel)).Select(View)];

    public async Task<WebhookView?> Find(WebhookId id, CancellationToken cancel = default) =>
        await Own(id, cancel) is { } found ? View(found) : null;

    public async Task<WebhookOutcome?> Change(WebhookId id, WebhookChange change, CancellationToken cancel = default)
    {
        if (await Own(id, cancel) is not { } known)
        {
            return null;
        }

        var next = known with
        {
            Url = change.Url ?? known.Url,
            Description = change.Description ?? known.Description,
            Events = change.Events ?? known.Events,
        };

        if (WhyNot(next.Url, next.Events, change.Provider) is { } refusal)
        {
            return refusal;
        }

        var turnsTo = change.Enabled switch
        {
            true when known.State != StoredWebhook.Enabled => StoredWebhook.Enabled,
            false => StoredWebhook.Paused,
            _ => null,
        };
        await webhooks.Change(next, Interests(next.Events, change.Provider), turnsTo, cancel);
        return await Told(id, withSecret: false, cancel);
    }

    public async Task<WebhookOutcome?> Rotate(WebhookId id, CancellationToken cancel = default)
    {
        if (await Own(id, cancel) is not { } known)
        {
            return null;
        }

        // Of another key the old secret is not known any more.
        var isOfThisKey = known.KeyId == secrets.KeyId;

        // One whose answer was lost is asked for again: a second step would end the secret that the receiver has.
        if (isOfThisKey && known.OldSecretUntil is { } ends && clock.GetUtcNow() < ends)
        {
            return new WebhookOutcome.Rotating(ends);
        }

        var until = isOfThisKey ? clock.GetUtcNow() + Limits.SecretOverlap : (DateTimeOffset?)null;
        await webhooks.Rotate(id, known.SecretVersion + 1, secrets.KeyId, until, cancel);
        return await Told(id, withSecret: true, cancel);
    }

    public async Task<bool> Delete(WebhookId id, CancellationToken cancel = default)
    {
        if (await Own(id, cancel) is null)
        {
            return false;
        }

        await webhooks.Delete(id, cancel);
        return true;
    }

    public async Task<Page<DeliveryView>?> Deliveries(
        WebhookId id, long? before, int limit, CancellationToken cancel = default)
    {
        if (await Own(id, cancel) is null)
        {
            return null;
        }

        var rows = await deliveries.Of(id, before, limit + 1, cancel);
        return new([.. rows.Take(limit).Select(View)], rows.Count > limit ? rows[limit - 1].Sequence : null);
    }

    public async Task<DeliveryView?> Delivery(WebhookId id, EventId told, CancellationToken cancel = default) =>
        await Own(id, cancel) is not null && await deliveries.Find(id, told, cancel) is { } found ? View(found) : null;

    public async Task<DeliveryView?> Redeliver(WebhookId id, EventId told, CancellationToken cancel = default) =>
        await Own(id, cancel) is not null && await deliveries.Again(id, told, cancel)
            ? await Queued(id, told, cancel)
            : null;

    public async Task<DeliveryView?> Test(WebhookId id, EventId told, CancellationToken cancel = default)
    {
        if (await Own(id, cancel) is not { } known)
        {
            return null;
        }

        var test = new NewEvent(
            told, Account.Value, EventTypes.Test, id.Value, known.State, $"/v1/webhooks/{id}");
        await deliveries.Queue(id, test, cancel);
        return await Queued(id, told, cancel);
    }

    private bool IsAsWanted(StoredWebhook known, NewWebhook wanted) =>
        known.Account == Account
        && known.Url == wanted.Url
        && known.Description == wanted.Description
        && known.Events.ToHashSet(StringComparer.Ordinal).SetEquals(wanted.Events);

    /// <summary>Nobody waits for the sender; the sweep would find it anyway.</summary>
    private async Task<DeliveryView?> Queued(WebhookId id, EventId told, CancellationToken cancel)
    {
        var queued = await deliveries.Find(id, told, cancel);
        GrainFactory.GetGrain<IWebhookSenderGrain>(id.Value).Work(CancellationToken.None).Ignore();
        return queued is null ? null : View(queued);
    }

    private async Task<WebhookOutcome> Told(WebhookId id, bool withSecret, CancellationToken cancel)
    {
        var known = (await webhooks.Find(id, cancel))!;
        var secret = withSecret ? WebhookSignature.Show(secrets.Of(known, known.SecretVersion)) : null;
        return new WebhookOutcome.Stands(View(known), secret);
    }

    private async Task<StoredWebhook?> Own(WebhookId id, CancellationToken cancel) =>
        await webhooks.Find(id, cancel) is { } found && found.Account == Account ? found : null;

    private WebhookOutcome? WhyNot(string url, IReadOnlyList<string> events, ProviderId? provider)
    {
        if (WebhookUrl.WhyNot(url, Limits.AllowPrivate, Limits.AllowPrivate) is { } bad)
        {
            return new WebhookOutcome.BadUrl(bad);
        }

        return provider is null && events.FirstOrDefault(EventTypes.IsOfProviders) is { } beyond
            ? new WebhookOutcome.NoProvider(beyond)
            : null;
    }

    private (string Owner, string Type)[] Interests(IReadOnlyList<string> events, ProviderId? provider) =>
    [
        .. events.Distinct(StringComparer.Ordinal).Select(type => (
            EventTypes.IsOfProviders(type) ? provider!.Value.Value : Account.Value, type)),
    ];

    private static WebhookView View(StoredWebhook webhook) => new(
        webhook.Id,
        webhook.Url,
        webhook.Description,
        webhook.Events,
        webhook.State,
        webhook.Reason,
        webhook.OldSecretUntil,
        webhook.FailingSince,
        webhook.QueueFullAt,
        webhook.CreatedAt);

    private static DeliveryView View(StoredDelivery delivery) => new(
        delivery.Event.Id,
        delivery.Event.Type,
        Encoding.UTF8.GetString(delivery.Event.Body()),
        delivery.State,
        delivery.Attempts,
        delivery.Code,
        delivery.Note,
        delivery.State == StoredDelivery.Waiting ? delivery.DueAt : null,
        delivery.TriedAt,
        delivery.At);
}
