using System.Globalization;
using Marketplace.Domain;
using Marketplace.Domain.Webhooks;
using Marketplace.Ledger.Webhooks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Webhooks;

/// <summary>
/// Sends one webhook's deliveries, a few side by side. It keeps nothing: how each went is in the rows, and what a crash
/// cut off is sent once more under the same id.
/// </summary>
[GrainType("webhook-sender")]
internal sealed partial class WebhookSenderGrain(
    WebhookRows webhooks,
    DeliveryRows deliveries,
    IWebhookChannel channel,
    WebhookSecrets secrets,
    IOptions<WebhookOptions> options,
    WebhookInstruments instruments,
    ICheckpoint checkpoint,
    TimeProvider clock,
    ILogger<WebhookSenderGrain> log) : Grain, IWebhookSenderGrain
{
    /// <summary>Messages to one receiver side by side.</summary>
    public const int SideBySideMax = 4;

    /// <summary>Rounds of one call; the sweep calls again.</summary>
    public const int RoundsMax = 50;

    private const int Gone = 410;

    /// <summary>Pause after nothing could be sent for a reason of this host's own.</summary>
    private static readonly TimeSpan UntriedPause = TimeSpan.FromSeconds(5);

    private bool _isWorking;

    private WebhookId Id => WebhookId.Parse(this.GetPrimaryKeyString());

    public async Task Work(CancellationToken cancel = default)
    {
        if (_isWorking)
        {
            return;
        }

        _isWorking = true;

        try
        {
            // The caller does not wait so long: what it would cancel is the work of everybody who asks meanwhile.
            await Drain(CancellationToken.None);
        }
        finally
        {
            _isWorking = false;
        }
    }

    private async Task Drain(CancellationToken cancel)
    {
        for (var round = 0; round < RoundsMax; round++)
        {
            if (await webhooks.Find(Id, cancel) is not { State: StoredWebhook.Enabled } webhook)
            {
                return;
            }

            if (webhook.KeyId != secrets.KeyId)
            {
                await Disable("the marketplace's key was replaced: make a new secret, then enable it", cancel);
                return;
            }

            if (round == 0)
            {
                await webhooks.NoteFullQueue(Id, cancel);
            }

            var due = await deliveries.Due(Id, SideBySideMax, cancel);

            if (due.Count == 0)
            {
                return;
            }

            await Task.WhenAll(due.Select(one => Deliver(webhook, one, cancel)));
        }
    }

    private async Task Deliver(StoredWebhook webhook, StoredDelivery delivery, CancellationToken cancel)
    {
        var (id, at, body) = (delivery.Event.Id.Value, clock.GetUtcNow(), delivery.Event.Body());
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [WebhookSignature.IdHeader] = id,
            [WebhookSignature.TimestampHeader] = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            [WebhookSignature.SignatureHeader] = secrets.Sign(webhook, id, at, body),
        };
        var began = clock.GetTimestamp();
        var answer = await channel.Send(webhook.Account.Value, new(webhook.Url), headers, body, cancel);

        if (answer.IsUntried)
        {
            await deliveries.Postpone(Id, delivery.Event.Id, clock.GetUtcNow() + UntriedPause, cancel);
            return;
        }

        checkpoint.Reach(Checkpoints.OutboxSent);

        var result = ResultOf(delivery, answer);
        await deliveries.Record(Id, delivery.Event.Id, result, cancel);
        instruments.Tried(result.State, clock.GetElapsedTime(began));

        if (answer.Code == Gone)
        {
            await Disable("it answered 410 Gone", cancel);
        }
        else if (answer.Trouble is { } trouble
            && clock.GetUtcNow() - options.Value.DisableAfter is var cutoff
            && webhook.FailingSince <= cutoff)
        {
            await Disable($"nothing has reached it since {webhook.FailingSince:u}: {trouble}", cancel, cutoff);
        }
    }

    private DeliveryResult ResultOf(StoredDelivery delivery, WebhookAnswer answer)
    {
        var now = clock.GetUtcNow();

        return (answer.Trouble, RetrySchedule.After(delivery.Tries + 1, $"{Id}:{delivery.Event.Id}")) switch
        {
            (null, _) => new(StoredDelivery.Delivered, answer.Code, null, now),
            ({ } trouble, { } pause) => new(StoredDelivery.Waiting, answer.Code, trouble, now + pause),
            var (trouble, _) => new(StoredDelivery.Failed, answer.Code, trouble, now),
        };
    }

    private async Task Disable(string reason, CancellationToken cancel, DateTimeOffset? failingBefore = null)
    {
        if (await webhooks.Disable(Id, reason, failingBefore, cancel))
        {
            instruments.Disabled();
            LogDisabled(log, Id, reason);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Webhook} is disabled: {Reason}")]
    private static partial void LogDisabled(ILogger log, WebhookId webhook, string reason);
}
