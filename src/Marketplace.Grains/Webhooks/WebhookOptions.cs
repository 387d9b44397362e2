namespace Marketplace.Grains.Webhooks;

/// <summary>How accounts are told of events. Section <c>Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    public const string Section = "Webhooks";

    /// <summary>Webhooks of one account, 1 to 100. Default 10.</summary>
    public int PerAccountMax { get; set; } = 10;

    /// <summary>
    /// Sends over plain HTTP too, to private addresses too: for development and tests on one machine. Default off.
    /// </summary>
    public bool AllowPrivate { get; set; }

    /// <summary>How long a receiver has for its answer, up to a minute. Default 10 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often what is due is looked for. Default 1 second.</summary>
    public TimeSpan Look { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A webhook that nothing has reached for this long is disabled. Default 5 days.</summary>
    public TimeSpan DisableAfter { get; set; } = TimeSpan.FromDays(5);

    /// <summary>How long messages are signed by the old secret too after another was made. Default 1 day.</summary>
    public TimeSpan SecretOverlap { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long deliveries are shown, and can be sent again; at least 4 days. Default 30 days.</summary>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>What is wrong with the values, or null.</summary>
    internal string? Fault() => this switch
    {
        { PerAccountMax: < 1 or > 100 } => "Webhooks:PerAccountMax must be 1 to 100",
        _ when Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(1) =>
            "Webhooks:Timeout must be above zero, at most 00:01:00",
        { Look.Ticks: <= 0 } => "Webhooks:Look must be above zero",
        { DisableAfter.Ticks: <= 0 } => "Webhooks:DisableAfter must be above zero",
        { SecretOverlap.Ticks: < 0 } => "Webhooks:SecretOverlap must not be below zero",
        _ when KeepFor < TimeSpan.FromDays(4) => "Webhooks:KeepFor must be at least 4.00:00:00: so long it is tried",
        _ => null,
    };
}
