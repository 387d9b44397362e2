using System.Diagnostics.Metrics;
using Marketplace.Ledger.Verify;

namespace Marketplace.Host.Ledger;

/// <summary>What audits of the books found last. Alarm on anything but zero.</summary>
internal sealed class BooksInstruments
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Marketplace.Books";

    private readonly Counter<long> _audits;
    private int _broken;
    private int _unreachable;

    public BooksInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _audits = meter.CreateCounter<long>("marketplace.books.audits");
        meter.CreateObservableGauge("marketplace.books.broken", () => _broken);
        meter.CreateObservableGauge("marketplace.books.unreachable", () => _unreachable);
    }

    public void Audited(BooksReport report)
    {
        _audits.Add(1);
        _broken = report.Invariants.Count(found => found.Standing == Standing.Broken);
        _unreachable = report.Invariants.Count(found => found.Standing == Standing.Unreachable);
    }
}
