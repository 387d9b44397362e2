namespace Marketplace.Grains.Webhooks;

/// <summary>What a receiver said.</summary>
/// <param name="Code">The status, or null when there was no answer.</param>
/// <param name="Trouble">Why it does not count, or null when it does.</param>
internal sealed record WebhookAnswer(int? Code, string? Trouble)
{
    /// <summary>Nothing was sent for a reason of this host's own: it counts as no try.</summary>
    public bool IsUntried { get; init; }
}
