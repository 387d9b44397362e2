using Marketplace.Domain.Webhooks;

namespace Marketplace.Grains.Abstractions.Webhooks;

/// <summary>The webhooks of an account; key <c>acc_…</c>. It keeps nothing: the rows are in the ledger.</summary>
[GrainInterfaceType("webhook-desk"), Alias("IWebhookDeskGrain")]
public interface IWebhookDeskGrain : IGrainWithStringKey
{
    /// <summary>Makes a webhook. The same id and wish again: the same webhook, without its secret.</summary>
    [Alias("Create")]
    Task<WebhookOutcome> Create(NewWebhook wanted, CancellationToken cancel = default);

    /// <summary>The account's webhooks, newest first.</summary>
    [Alias("List")]
    Task<IReadOnlyList<WebhookView>> List(CancellationToken cancel = default);

    /// <summary>One of the account's webhooks, or null.</summary>
    [Alias("Find")]
    Task<WebhookView?> Find(WebhookId id, CancellationToken cancel = default);

    /// <summary>Changes what is told; null when the account has no such webhook.</summary>
    [Alias("Change")]
    Task<WebhookOutcome?> Change(WebhookId id, WebhookChange change, CancellationToken cancel = default);

    /// <summary>
    /// Gives it a new secret; messages are signed by the one before as well for a while, in which it gets no other.
    /// Null when the account has no such webhook.
    /// </summary>
    [Alias("Rotate")]
    Task<WebhookOutcome?> Rotate(WebhookId id, CancellationToken cancel = default);

    /// <summary>Takes it away with what waits for it. False when the account has no such webhook.</summary>
    [Alias("Delete")]
    Task<bool> Delete(WebhookId id, CancellationToken cancel = default);

    /// <summary>Its deliveries, newest first; null when the account has no such webhook.</summary>
    [Alias("Deliveries")]
    Task<Page<DeliveryView>?> Deliveries(WebhookId id, long? before, int limit, CancellationToken cancel = default);

    /// <summary>One delivery; null when there is none.</summary>
    [Alias("Delivery")]
    Task<DeliveryView?> Delivery(WebhookId id, EventId told, CancellationToken cancel = default);

    /// <summary>Has an event sent again; null when there is no such delivery.</summary>
    [Alias("Redeliver")]
    Task<DeliveryView?> Redeliver(WebhookId id, EventId told, CancellationToken cancel = default);

    /// <summary>
    /// Queues an event of the type <c>webhook.test</c>; null when the account has no such webhook or its queue is full.
    /// </summary>
    /// <param name="id">The webhook.</param>
    /// <param name="told">The event's id: the same again is queued once.</param>
    /// <param name="cancel">Ends the wait.</param>
    [Alias("Test")]
    Task<DeliveryView?> Test(WebhookId id, EventId told, CancellationToken cancel = default);
}
