using System.Diagnostics.Metrics;

namespace Marketplace.Grains.Webhooks;

/// <summary>What is counted of webhooks.</summary>
internal sealed class WebhookInstruments
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Marketplace.Webhooks";

    private readonly Counter<long> _tries;
    private readonly Counter<long> _disabled;
    private readonly Histogram<double> _duration;

    public WebhookInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _tries = meter.CreateCounter<long>("marketplace.webhooks.tries");
        _disabled = meter.CreateCounter<long>("marketplace.webhooks.disabled");
        _duration = meter.CreateHistogram<double>("marketplace.webhooks.duration", "s");
    }

    /// <param name="state">What became of the delivery: delivered, waiting for another try, or failed for good.</param>
    /// <param name="took">How long the receiver took.</param>
    public void Tried(string state, TimeSpan took)
    {
        _tries.Add(1, new KeyValuePair<string, object?>("state", state));
        _duration.Record(took.TotalSeconds);
    }

    public void Disabled() => _disabled.Add(1);
}
