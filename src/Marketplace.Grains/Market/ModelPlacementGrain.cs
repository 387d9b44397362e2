using Marketplace.Domain.Devices;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Inference;
using Marketplace.Ledger;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Market;

/// <summary>
/// Reads books and offers, has <see cref="ModelPlacement"/> decide, and remembers what devices were asked for. Nothing
/// is stored: after a restart the devices say it themselves.
/// </summary>
[GrainType("model-placement")]
internal sealed partial class ModelPlacementGrain(
    DeviceDirectory directory,
    IRegister register,
    IOptions<PlacementOptions> options,
    MarketInstruments instruments,
    TimeProvider clock,
    ILogger<ModelPlacementGrain> log) : Grain, IModelPlacementGrain
{
    /// <summary>Models whose bytes and files are remembered; beyond, all are read again.</summary>
    private const int ModelsMax = 4_096;

    /// <summary>Models that one device is taken at its word to have been asked for.</summary>
    private const int AskedMax = 16;

    /// <summary>
    /// Answers that name a model as the next to load before a device that still lacks it is taken to have failed or
    /// declined: it says nothing while it loads. The first may have been lost on its way.
    /// </summary>
    private const int ToldMax = 2;

    private readonly Dictionary<DeviceId, Dictionary<string, Asked>> _asked = [];
    private readonly Dictionary<DeviceId, DateTimeOffset> _seenAt = [];
    private readonly Dictionary<(DeviceId Device, string Sha256), DateTimeOffset> _cooling = [];
    private readonly Dictionary<string, DateTimeOffset> _waitedAt = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KeptModel> _models = new(StringComparer.Ordinal);
    private DateTimeOffset _planAt = DateTimeOffset.MinValue;

    public async Task Plan(CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();

        if (now < _planAt)
        {
            return;
        }

        _planAt = now + options.Value.Every;

        var offers = await Offers(cancel);
        var demands = ModelDemand.Merge(await Demands(cancel));
        Forget(offers, demands, now);

        foreach (var demand in demands)
        {
            await Find(demand.Name, demand.Sha256, cancel);
        }

        var steps = ModelPlacement.Decide(
            options.Value.Terms,
            demands,
            _models.ToDictionary(pair => pair.Key, pair => pair.Value.Bytes, StringComparer.Ordinal),
            _waitedAt,
            [.. offers.Select(HostOf)],
            now);

        foreach (var step in steps)
        {
            Take(step, now);
        }
    }

    public async Task<IReadOnlyList<KeptModel>> Report(
        DeviceId device, DeviceModels models, IReadOnlyList<TicketModel> asked, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();

        if (!await IsListed(device, cancel))
        {
            _asked.Remove(device);
            return [];
        }

        _seenAt[device] = now;

        if (!_asked.TryGetValue(device, out var kept))
        {
            // The first word of it since this began: what it was asked for before stands.
            _asked[device] = kept = await Adopted(device, models, asked, cancel);
        }

        foreach (var (sha256, one) in kept.ToArray())
        {
            var isLoaded = models.HasLoaded(sha256);

            if (!isLoaded
                && (one.WasLoaded || one.Told >= ToldMax || now - one.At >= options.Value.LoadLimit))
            {
                // Its own work displaced it, or it cannot load it: asking again would only move it to and fro.
                Drop(device, sha256, now);
            }
            else
            {
                kept[sha256] = one with { WasLoaded = isLoaded };
            }
        }

        // Models are loaded one after the other, in this order.
        if (kept.Values.FirstOrDefault(one => !one.WasLoaded) is { } next)
        {
            kept[next.Model.Sha256] = next with { Told = next.Told + 1 };
        }

        return [.. kept.Values.Select(one => one.Model)];
    }

    public async Task<bool> IsAsked(DeviceId device, string sha256, CancellationToken cancel = default) =>
        _asked.TryGetValue(device, out var kept)
        && kept.Values.Any(one => !one.IsItsWord && one.Model.IsReadFrom(sha256))
        && await IsListed(device, cancel);

    public async Task<IReadOnlyList<PlacementView>> View(CancellationToken cancel = default) =>
    [
        .. (await Offers(cancel))
            .OrderBy(offer => offer.Device.Value, StringComparer.Ordinal)
            .SelectMany(offer => ViewOf(offer, _asked.GetValueOrDefault(offer.Device) ?? [])),
    ];

    private IEnumerable<PlacementView> ViewOf(Offer offer, Dictionary<string, Asked> kept) =>
        (offer.Models?.Loaded ?? [])
            .Union(kept.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(sha256 => new PlacementView(
                offer.Device,
                offer.Provider,
                offer.Class,
                kept.GetValueOrDefault(sha256)?.Model.Name ?? _models.GetValueOrDefault(sha256)?.Name,
                sha256,
                offer.Models?.HasLoaded(sha256) == true,
                kept.GetValueOrDefault(sha256)?.At));

    private Task<IReadOnlyList<Offer>> Offers(CancellationToken cancel) =>
        GrainFactory.GetGrain<IPlacementGrain>(0).Offers(cancel);

    private async Task<IEnumerable<ModelDemand>> Demands(CancellationToken cancel)
    {
        var classes = (await directory.Listed(cancel)).Select(offer => offer.Class).Distinct();
        var books = classes.Select(
            known => GrainFactory.GetGrain<IOrderBookGrain>(OrderBookGrain.KeyOf(known)).Demand(cancel));

        return (await Task.WhenAll(books)).SelectMany(demands => demands);
    }

    private ModelHost HostOf(Offer offer) => new(
        offer,
        (_asked.GetValueOrDefault(offer.Device) ?? [])
            .ToDictionary(pair => pair.Key, pair => pair.Value.At, StringComparer.Ordinal),
        _cooling.Where(pair => pair.Key.Device == offer.Device)
            .ToDictionary(pair => pair.Key.Sha256, pair => pair.Value, StringComparer.Ordinal));

    /// <summary>Whether the device is neither drained nor suspended nor set aside.</summary>
    private async Task<bool> IsListed(DeviceId device, CancellationToken cancel) =>
        await GrainFactory.GetGrain<IDeviceGrain>(device.Value).Describe(cancel) is
        {
            Standing: DeviceStanding.Listed,
        };

    /// <summary>
    /// Devices that are gone for long, and times that no longer matter. A line that drops does not end a download.
    /// </summary>
    private void Forget(IReadOnlyList<Offer> offers, IReadOnlyList<ModelDemand> demands, DateTimeOffset now)
    {
        foreach (var offer in offers)
        {
            _seenAt[offer.Device] = now;
        }

        foreach (var gone in _seenAt.Where(pair => now - pair.Value >= options.Value.LoadLimit).ToArray())
        {
            _seenAt.Remove(gone.Key);
            _asked.Remove(gone.Key);
        }

        foreach (var over in _cooling.Where(pair => pair.Value <= now).Select(pair => pair.Key).ToArray())
        {
            _cooling.Remove(over);
        }

        foreach (var waiting in demands.Where(demand => demand.Waiting > 0))
        {
            _waitedAt[waiting.Sha256] = now;
        }

        foreach (var old in _waitedAt.Where(pair => now - pair.Value > options.Value.QuietMin).ToArray())
        {
            _waitedAt.Remove(old.Key);
        }
    }

    private void Take(PlacementStep step, DateTimeOffset now)
    {
        switch (step)
        {
            case PlacementStep.Load load:
                if (!_asked.TryGetValue(load.Device, out var kept))
                {
                    _asked[load.Device] = kept = new(StringComparer.Ordinal);
                }

                kept[load.Sha256] = new(_models[load.Sha256], now);
                instruments.Placed("load");
                LogLoad(log, load.Device.Value, load.Name);
                break;
            case PlacementStep.LetGo letGo:
                Drop(letGo.Device, letGo.Sha256, now);
                LogLetGo(log, letGo.Device.Value, letGo.Sha256);
                break;
            default:
                throw new System.Diagnostics.UnreachableException(step.ToString());
        }
    }

    private void Drop(DeviceId device, string sha256, DateTimeOffset now)
    {
        if (_asked.TryGetValue(device, out var kept) && kept.Remove(sha256))
        {
            _cooling[(device, sha256)] = now + options.Value.CoolDown;
            instruments.Placed("let-go");
        }
    }

    private async Task<Dictionary<string, Asked>> Adopted(
        DeviceId device, DeviceModels models, IReadOnlyList<TicketModel> asked, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var kept = new Dictionary<string, Asked>(StringComparer.Ordinal);

        // What it was just told to let go it names once more.
        foreach (var one in asked
            .Where(one => models.HasLoaded(one.Sha256) && !_cooling.ContainsKey((device, one.Sha256)))
            .Take(Math.Min(AskedMax, models.LoadedMax)))
        {
            // The register first: a name that somebody made up needs no grain.
            if (await register.Find(RegisterKinds.Model, ModelGrain.KeyPrefix + one.Name, cancel) is not null
                && await Find(one.Name, one.Sha256, cancel) is { } model)
            {
                kept[one.Sha256] = new(model, now) { WasLoaded = true, IsItsWord = true };
            }
        }

        return kept;
    }

    /// <summary>The catalogue's word on a model; null where the name stands for another, or for none.</summary>
    private async Task<KeptModel?> Find(string name, string sha256, CancellationToken cancel)
    {
        if (_models.TryGetValue(sha256, out var known))
        {
            return known;
        }

        var view = await GrainFactory.GetGrain<IModelGrain>(ModelGrain.KeyPrefix + name).Describe(cancel);

        if (view is null || view.Sha256 != sha256)
        {
            return null;
        }

        if (_models.Count >= ModelsMax)
        {
            _models.Clear();
        }

        return _models[sha256] = new(view.Name, sha256, view.Bytes, view.Files);
    }

    [LoggerMessage(1, LogLevel.Information, "{Device} is asked to load {Model} ahead")]
    private static partial void LogLoad(ILogger log, string device, string model);

    [LoggerMessage(2, LogLevel.Information, "{Device} may let {Sha256} go")]
    private static partial void LogLetGo(ILogger log, string device, string sha256);

    /// <summary>A model that a device was asked for.</summary>
    private sealed record Asked(KeptModel Model, DateTimeOffset At)
    {
        public bool WasLoaded { get; init; }

        /// <summary>Answers that named it as the next to load.</summary>
        public int Told { get; init; }

        /// <summary>The device alone says that it was asked; it has it, so it gets no file of it.</summary>
        public bool IsItsWord { get; init; }
    }
}
