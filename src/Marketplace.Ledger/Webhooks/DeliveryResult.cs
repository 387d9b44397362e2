namespace Marketplace.Ledger.Webhooks;

/// <summary>What became of one try.</summary>
/// <param name="State">delivered, waiting for another try, or failed for good.</param>
/// <param name="Code">Status of the answer, or null without one.</param>
/// <param name="Note">Why it failed; at most 200 characters are kept.</param>
/// <param name="DueAt">When it is tried again, or now.</param>
public sealed record DeliveryResult(string State, int? Code, string? Note, DateTimeOffset DueAt);
