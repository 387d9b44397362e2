using System.Diagnostics.Metrics;
using Marketplace.Domain.Market;

namespace Marketplace.Grains.Market;

/// <summary>What the market counts.</summary>
internal sealed class MarketInstruments
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Marketplace.Market";

    private readonly Counter<long> _started;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _assigned;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _yielded;
    private readonly Counter<long> _tokens;
    private readonly Counter<long> _samples;
    private readonly Counter<long> _audits;
    private readonly Counter<long> _placed;

    public MarketInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _started = meter.CreateCounter<long>("marketplace.work.started");
        _ended = meter.CreateCounter<long>("marketplace.work.ended");
        _assigned = meter.CreateCounter<long>("marketplace.attempts.assigned");
        _lost = meter.CreateCounter<long>("marketplace.attempts.lost");
        _yielded = meter.CreateCounter<long>("marketplace.attempts.yielded");
        _tokens = meter.CreateCounter<long>("marketplace.tokens.accepted");
        _samples = meter.CreateCounter<long>("marketplace.samples.accepted");
        _audits = meter.CreateCounter<long>("marketplace.audits");
        _placed = meter.CreateCounter<long>("marketplace.models.placed");
    }

    public void Started(WorkKind kind) => _started.Add(1, Tag(kind));

    public void Ended(WorkKind kind, WorkState state) =>
        _ended.Add(1, Tag(kind), new("state", WorkWords.Of(state)));

    public void Assigned(WorkKind kind) => _assigned.Add(1, Tag(kind));

    public void Lost(WorkKind kind) => _lost.Add(1, Tag(kind));

    /// <summary>A line of a batch gave its place to somebody who waited.</summary>
    public void Yielded() => _yielded.Add(1);

    public void Tokens(int count) => _tokens.Add(count);

    public void Samples(long count) => _samples.Add(count);

    /// <param name="kind">What was checked.</param>
    /// <param name="word"><c>passed</c>, <c>failed</c>, or <c>unchecked</c> where it could not be.</param>
    /// <param name="by"><c>platform</c>, <c>device</c>, or <c>nobody</c>.</param>
    public void Audited(WorkKind kind, string word, string by) =>
        _audits.Add(1, Tag(kind), new("verdict", word), new("by", by));

    /// <param name="step"><c>load</c> or <c>let-go</c>: what a device was asked to do with a model.</param>
    public void Placed(string step) => _placed.Add(1, new KeyValuePair<string, object?>("step", step));

    private static KeyValuePair<string, object?> Tag(WorkKind kind) =>
        new("kind", kind switch
        {
            WorkKind.Text => "text",
            WorkKind.Embedding => "embedding",
            _ => "render",
        });
}
