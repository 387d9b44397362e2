using Marketplace.Domain.Accounts;
using Marketplace.Domain.Webhooks;

namespace Marketplace.Ledger.Webhooks;

/// <summary>An address of an account that is told of events.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="Url">Where events are sent.</param>
/// <param name="Description">What its owner calls it.</param>
/// <param name="Events">What it wants to hear of: <see cref="EventTypes"/>.</param>
public sealed record StoredWebhook(
    WebhookId Id, AccountId Account, string Url, string Description, IReadOnlyList<string> Events)
{
    /// <summary>Events are queued and sent.</summary>
    public const string Enabled = "enabled";

    /// <summary>Its owner has turned it off: nothing is queued, and what waits is kept.</summary>
    public const string Paused = "paused";

    /// <summary>The platform has turned it off; the reason says why.</summary>
    public const string Disabled = "disabled";

    public string State { get; init; } = Enabled;

    public string? Reason { get; init; }

    /// <summary>Counts the secrets that it has had, from 1.</summary>
    public int SecretVersion { get; init; } = 1;

    /// <summary>The marketplace's key that its secrets follow from.</summary>
    public string KeyId { get; init; } = string.Empty;

    /// <summary>Until when messages are signed by the secret before as well, or null.</summary>
    public DateTimeOffset? OldSecretUntil { get; init; }

    /// <summary>Since when nothing has reached it, or null.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>When its queue was last seen full: events after that may be missing. Null when it never was.</summary>
    public DateTimeOffset? QueueFullAt { get; init; }

    /// <summary>Set when read.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
