using Marketplace.Domain.Market.Admission;

namespace Marketplace.Domain.Market;

/// <summary>
/// Which devices are asked to load a model ahead of work, and which may let it go. A model moves towards work that
/// waits for it, one step at a time: what is loading is waited for, what was placed stays a while, and who let it go is
/// left alone for a while, so that a demand that comes and goes moves nothing to and fro.
/// </summary>
public static class ModelPlacement
{
    /// <param name="terms">The rules' numbers.</param>
    /// <param name="demands">One for each model that is wanted; see <see cref="ModelDemand.Merge"/>.</param>
    /// <param name="bytes">Bytes of each model that is wanted or placed; an unknown one is not loaded.</param>
    /// <param name="waitedAt">When work last waited for a model; missing for never.</param>
    /// <param name="hosts">The devices that are there, each once.</param>
    /// <param name="now">The time.</param>
    /// <returns>At most <see cref="PlacementTerms.StepsMax"/> steps, no two of one device.</returns>
    public static IReadOnlyList<PlacementStep> Decide(
        PlacementTerms terms,
        IReadOnlyCollection<ModelDemand> demands,
        IReadOnlyDictionary<string, long> bytes,
        IReadOnlyDictionary<string, DateTimeOffset> waitedAt,
        IReadOnlyCollection<ModelHost> hosts,
        DateTimeOffset now)
    {
        var wanted = demands.ToDictionary(demand => demand.Sha256, StringComparer.Ordinal);
        var loads = demands
            .Where(demand => now - demand.OldestAt >= terms.WaitMin && bytes.ContainsKey(demand.Sha256))
            .OrderBy(demand => demand.OldestAt)
            .ThenBy(demand => demand.Sha256, StringComparer.Ordinal)
            .Where(demand => IsShort(terms, demand, hosts))
            .SelectMany(demand => Candidates(demand, bytes, wanted, hosts, now)
                .Take(1)
                .Select(PlacementStep (host) =>
                    new PlacementStep.Load(host.Offer.Device, demand.Name, demand.Sha256)));
        var drops = hosts
            .SelectMany(host => host.Placed.Keys)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .SelectMany(model => Surplus(terms, model, wanted.GetValueOrDefault(model), waitedAt, hosts, now)
                .Select(PlacementStep (host) => new PlacementStep.LetGo(host.Offer.Device, model)));

        return [.. loads.Concat(drops).DistinctBy(DeviceOf, StringComparer.Ordinal).Take(terms.StepsMax)];
    }

    private static string DeviceOf(PlacementStep step) => step switch
    {
        PlacementStep.Load load => load.Device.Value,
        PlacementStep.LetGo letGo => letGo.Device.Value,
        _ => throw new System.Diagnostics.UnreachableException(step.ToString()),
    };

    /// <summary>
    /// Whether one more device would help: few enough are on their way. One that says it has the model and is free, yet
    /// does not take work that has waited, counts for nothing.
    /// </summary>
    private static bool IsShort(PlacementTerms terms, ModelDemand demand, IReadOnlyCollection<ModelHost> hosts) =>
        hosts.Count(host => host.IsLoading(demand.Sha256)) < terms.LoadingMax
        && hosts.Count(host => host.Placed.ContainsKey(demand.Sha256)) < terms.ReplicasMax;

    /// <summary>
    /// Those that could, the best first: of the provider that has it least often, that need not fetch it, that ask
    /// least, that have the most memory left.
    /// </summary>
    private static IEnumerable<ModelHost> Candidates(
        ModelDemand demand,
        IReadOnlyDictionary<string, long> bytes,
        Dictionary<string, ModelDemand> wanted,
        IReadOnlyCollection<ModelHost> hosts,
        DateTimeOffset now)
    {
        var having = hosts
            .Where(host => host.HasLoaded(demand.Sha256) || host.Placed.ContainsKey(demand.Sha256))
            .GroupBy(host => host.Offer.Provider)
            .ToDictionary(same => same.Key, same => same.Count());

        return hosts
            .Where(host => host.Offer.SlotsFree > 0
                && !host.HasLoaded(demand.Sha256)
                && !host.Placed.ContainsKey(demand.Sha256)
                && !host.IsCooling(demand.Sha256, now)
                && Admits(host, demand)
                && Left(host, demand.Sha256, bytes, wanted) >= bytes[demand.Sha256])
            .OrderBy(host => having.GetValueOrDefault(host.Offer.Provider))
            .ThenByDescending(host => host.Offer.Models!.Held.Contains(demand.Sha256, StringComparer.Ordinal))
            .ThenBy(host => host.Offer.Ask.OutputTokens.Micros)
            .ThenBy(host => host.Offer.Ask.PromptTokens.Micros)
            .ThenByDescending(host => Left(host, demand.Sha256, bytes, wanted))
            .ThenBy(host => host.Offer.Device.Value, StringComparer.Ordinal);
    }

    private static bool Admits(ModelHost host, ModelDemand demand) =>
        Admit.Check(host.Offer, demand.Needs).Count == 0;

    /// <summary>
    /// Memory that is lent and not spoken for, by what was placed or what is loaded and wanted; below zero for a
    /// device that keeps no more models.
    /// </summary>
    private static long Left(
        ModelHost host,
        string model,
        IReadOnlyDictionary<string, long> bytes,
        Dictionary<string, ModelDemand> wanted)
    {
        if (host.Offer.Models is not { } models)
        {
            return -1;
        }

        string[] kept =
        [
            .. host.Placed.Keys
                .Concat(models.Loaded.Where(wanted.ContainsKey))
                .Where(one => one != model)
                .Distinct(StringComparer.Ordinal),
        ];

        // One of unknown size takes all.
        return kept.Length >= models.LoadedMax
            ? -1
            : models.LentBytes - kept.Sum(one => bytes.TryGetValue(one, out var known) ? known : models.LentBytes);
    }

    /// <summary>
    /// The device that may let a model go: of more than the orders of late need, the dearest that has had it long.
    /// </summary>
    private static IEnumerable<ModelHost> Surplus(
        PlacementTerms terms,
        string model,
        ModelDemand? demand,
        IReadOnlyDictionary<string, DateTimeOffset> waitedAt,
        IReadOnlyCollection<ModelHost> hosts,
        DateTimeOffset now)
    {
        var isQuiet = demand is not { Waiting: > 0 }
            && (!waitedAt.TryGetValue(model, out var last) || now - last >= terms.QuietMin);
        var needed = (int)Math.Min(Math.Floor((demand?.PerMinute ?? 0) / terms.PerReplica), int.MaxValue);
        var placed = hosts.Where(host => host.Placed.ContainsKey(model)).ToArray();

        return isQuiet && placed.Length > needed
            ? placed
                .Where(host => now - host.Placed[model] >= terms.KeepMin)
                .OrderByDescending(host => host.Offer.Ask.OutputTokens.Micros)
                .ThenByDescending(host => host.Offer.Device.Value, StringComparer.Ordinal)
                .Take(1)
            : [];
    }
}
