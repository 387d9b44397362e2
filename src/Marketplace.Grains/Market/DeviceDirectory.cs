using Marketplace.Domain.Devices;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Market;

/// <summary>
/// The devices that the register lists, connected or not: which classes have a book, and whether an order could ever be
/// met. One a process, a moment old at most.
/// </summary>
internal sealed class DeviceDirectory(IRegister register, IOptions<MarketOptions> options, TimeProvider clock)
{
    /// <summary>Devices looked at.</summary>
    public const int DevicesMax = 20_000;

    private const int PageRows = 1_000;

    private Snapshot? _known;
    private int _changes;

    public static string Word(DeviceStanding standing) => standing switch
    {
        DeviceStanding.Listed => "listed",
        DeviceStanding.Draining => "draining",
        DeviceStanding.SetAside => "set-aside",
        _ => "suspended",
    };

    /// <summary>Every listed device as an offer; slots and the time it was heard are not known here.</summary>
    public async Task<IReadOnlyList<Offer>> Listed(CancellationToken cancel)
    {
        if (Volatile.Read(ref _known) is { } known && clock.GetUtcNow() < known.Until)
        {
            return known.Offers;
        }

        var changes = Volatile.Read(ref _changes);
        var offers = new List<Offer>();
        long? before = null;

        while (offers.Count < DevicesMax)
        {
            var word = Word(DeviceStanding.Listed);
            var rows = await register.List(RegisterKinds.Device, null, word, before, PageRows, cancel);
            offers.AddRange(rows.Select(Read));

            if (rows.Count < PageRows)
            {
                break;
            }

            before = rows[^1].Sequence;
        }

        var read = new Snapshot(offers, clock.GetUtcNow() + options.Value.ClassesKept);
        Volatile.Write(ref _known, read);

        // What changed while it was read may not be in it, and whoever changed it may have forgotten too early.
        if (changes != Volatile.Read(ref _changes))
        {
            Interlocked.CompareExchange(ref _known, null, read);
        }

        return offers;
    }

    /// <summary>A device of this process has changed: read again, also by whoever is reading.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _changes);
        Volatile.Write(ref _known, null);
    }

    private static Offer Read(RegisterRow row)
    {
        var detail = ListDetail.Read<ListDetail.Device>(row.Detail);

        return new(DeviceId.Parse(row.Id), ProviderId.Parse(row.Owner), detail.Spec, detail.Ask, 0, default);
    }

    private sealed record Snapshot(IReadOnlyList<Offer> Offers, DateTimeOffset Until);
}
