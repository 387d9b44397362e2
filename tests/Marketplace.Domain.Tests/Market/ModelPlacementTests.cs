using CsCheck;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Market.Admission;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Tests.Market;

public sealed class ModelPlacementTests
{
    private const long Gib = 1L << 30;

    private static readonly DateTimeOffset Now = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly PlacementTerms Terms = new(
        TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), 6, 32, 2, 8);

    private static readonly ProviderId[] Providers = [.. Enumerable.Range(0, 3).Select(_ => ProviderId.From(Guid.NewGuid()))];
    private static readonly WorkNeeds Needs = new(WorkKind.Text, Ask(100), Gib, null, null);

    private static readonly Gen<ModelHost[]> Hosts = Gen.Select(
        Gen.Int[0, 2],
        Gen.Long[1, 200],
        Gen.Int[0, 2],
        Gen.Long[0, 6],
        Gen.Int[0, 15],
        Gen.Int[0, 15],
        Gen.Bool).Array[0, 12].Select(hosts => hosts.Select((host, at) => Host(
            at,
            provider: host.Item1,
            ask: host.Item2,
            free: host.Item3,
            lent: host.Item4 * Gib,
            loaded: Models(host.Item5),
            placed: Models(host.Item6),
            isEu: host.Item7)).ToArray());

    private static readonly Gen<ModelDemand[]> Demands = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 60], Gen.Double[0, 40], Gen.Bool)
        .Array[4]
        .Select(demands => demands.Select((demand, at) => new ModelDemand(
            $"m{at}",
            Sha(at),
            demand.Item1,
            demand.Item1 > 0 ? Now - TimeSpan.FromSeconds(demand.Item2) : null,
            demand.Item3,
            demand.Item4 ? Needs : Needs with { Region = "eu" })).ToArray());

    private static readonly Dictionary<string, long> Bytes =
        Enumerable.Range(0, 4).ToDictionary(Sha, at => (at + 1) * Gib, StringComparer.Ordinal);

    [Fact]
    public void Only_devices_that_could_do_the_work_and_have_room_are_asked() =>
        Gen.Select(Hosts, Demands).Sample((hosts, demands) =>
        {
            var steps = Decide(demands, hosts);

            Assert.InRange(steps.Count, 0, Terms.StepsMax);
            Assert.Equal(steps.Count, steps.Select(DeviceOf).Distinct().Count());

            foreach (var load in steps.OfType<PlacementStep.Load>())
            {
                var host = hosts.Single(one => one.Offer.Device == load.Device);
                var demand = demands.Single(one => one.Sha256 == load.Sha256);
                Assert.True(Now - demand.OldestAt >= Terms.WaitMin, "nothing waited long enough");
                Assert.Empty(Admit.Check(host.Offer, demand.Needs));
                Assert.True(host.Offer.SlotsFree > 0, "it is busy");
                Assert.False(host.HasLoaded(load.Sha256) || host.Placed.ContainsKey(load.Sha256), "it has the model");
                var room = host.Offer.Models!.LentBytes - host.Placed.Keys.Sum(one => Bytes[one]);
                Assert.True(Bytes[load.Sha256] <= room, "it has no room");
                Assert.True(host.Placed.Count < host.Offer.Models.LoadedMax, "it keeps enough models");
            }
        });

    [Fact]
    public void Nothing_is_let_go_that_work_waits_for_or_that_came_lately() =>
        Gen.Select(Hosts, Demands, Gen.Int[0, 20]).Sample((hosts, demands, minutes) =>
        {
            var waitedAt = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal)
            {
                [Sha(0)] = Now - TimeSpan.FromMinutes(minutes),
            };

            foreach (var letGo in Decide(demands, hosts, waitedAt).OfType<PlacementStep.LetGo>())
            {
                var host = hosts.Single(one => one.Offer.Device == letGo.Device);
                Assert.True(Now - host.Placed[letGo.Sha256] >= Terms.KeepMin, "it came lately");
                Assert.DoesNotContain(demands, demand => demand.Sha256 == letGo.Sha256 && demand.Waiting > 0);
                Assert.True(letGo.Sha256 != Sha(0) || minutes >= Terms.QuietMin.TotalMinutes, "work waited lately");
            }
        });

    [Fact]
    public void The_order_in_which_devices_and_models_are_told_changes_nothing() =>
        Gen.Select(Hosts, Demands).Sample((hosts, demands) => Assert.Equal(
            Decide(demands, hosts), Decide([.. demands.Reverse()], [.. hosts.Reverse()])));

    [Fact]
    public void The_next_device_is_of_another_provider_then_one_that_has_the_file_then_the_cheapest()
    {
        var demand = new ModelDemand("m0", Sha(0), 3, Now - TimeSpan.FromMinutes(1), 5, Needs);
        var busy = Host(0, provider: 0, free: 0, loaded: [Sha(0)]);
        var same = Host(1, provider: 0, ask: 1);
        var dear = Host(2, provider: 1, ask: 90);
        var cheap = Host(3, provider: 2, ask: 10);
        var holding = Host(4, provider: 2, ask: 95, held: [Sha(0)]);
        var tooDear = Host(5, provider: 1, ask: 101, held: [Sha(0)]);
        var lendsNone = Host(6, provider: 1, ask: 1, lent: 0);

        Assert.Equal(holding.Offer.Device, Only([busy, same, dear, cheap, holding, tooDear, lendsNone]));
        Assert.Equal(cheap.Offer.Device, Only([busy, same, dear, cheap, tooDear, lendsNone]));
        Assert.Equal(same.Offer.Device, Only([busy, same, tooDear, lendsNone]));
        Assert.Empty(Decide([demand], [busy, tooDear, lendsNone]));

        DeviceId Only(ModelHost[] hosts) => Assert.IsType<PlacementStep.Load>(Assert.Single(Decide([demand], hosts))).Device;
    }

    [Fact]
    public void While_enough_are_loading_it_nobody_is_asked_and_who_says_it_has_the_model_yet_leaves_the_work_counts_for_nothing()
    {
        var demand = new ModelDemand("m0", Sha(0), 3, Now - TimeSpan.FromMinutes(1), 5, Needs);
        var cold = Host(9);

        Assert.Single(Decide([demand], [cold]));
        Assert.Single(Decide([demand], [cold, Host(1, loaded: [Sha(0)])]));
        Assert.Single(Decide([demand], [cold, Host(1, placed: [Sha(0)])]));
        Assert.Empty(Decide([demand], [cold, Host(1, placed: [Sha(0)]), Host(2, placed: [Sha(0)])]));
        Assert.Empty(Decide([demand with { OldestAt = Now - TimeSpan.FromSeconds(2) }], [cold]));
        Assert.Empty(Decide(
            [demand],
            [cold with { Cooling = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal) { [Sha(0)] = Now.AddSeconds(1) } }]));
    }

    [Fact]
    public void A_market_that_loads_serves_and_rests_comes_to_rest_and_never_moves_a_model_to_and_fro() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 40], Gen.Int[1, 8]).Sample((devices, perMinute, served) =>
        {
            var world = new World(devices, perMinute, served);

            Look(isWanted: true);

            // What the devices could not serve meanwhile keeps them busy beyond the orders: two hours at most.
            for (var halfHours = 0; world.IsWaiting && halfHours < 4; halfHours++)
            {
                Look(isWanted: false);
            }

            Look(isWanted: false);
            Assert.True(world.Loads.Count > 0, "nothing was loaded although work waited");
            Assert.Empty(world.Placed);
            Assert.Empty(world.Quick);
            Assert.InRange(world.Loads.Count, 1, devices * 2);

            void Look(bool isWanted)
            {
                for (var look = 0; look < 30 * 60 / World.Step; look++)
                {
                    world.Look(isWanted);
                }
            }
        });

    [Fact]
    public void A_rate_is_that_of_a_steady_stream_and_fades()
    {
        var rate = new DecayedRate(0, Now);

        for (var second = 0; second < 3_600; second += 6)
        {
            rate = rate.Add(Now.AddSeconds(second));
        }

        Assert.InRange(rate.PerMinute(Now.AddHours(1)), 9.5, 10.5);
        Assert.InRange(rate.PerMinute(Now.AddHours(1) + DecayedRate.Memory), 3.4, 3.9);
        Assert.InRange(rate.PerMinute(Now.AddHours(3)), 0, 1e-6);
        Assert.Equal(rate.PerMinute(Now.AddHours(1)), rate.Add(Now).PerMinute(Now.AddHours(1)) - 0.2, 0.01);
    }

    [Fact]
    public void Books_are_merged_by_the_largest_numbers_since_a_ticket_stands_in_several()
    {
        var first = new ModelDemand("m", Sha(0), 2, Now, 3, Needs);
        var second = first with { Waiting = 5, OldestAt = Now.AddSeconds(-9), PerMinute = 1, Needs = Needs with { Region = "eu" } };
        var third = first with { Waiting = 0, OldestAt = null, PerMinute = 9 };

        Assert.Equal([second with { PerMinute = 9 }], ModelDemand.Merge([first, second, third]));
    }

    private static IReadOnlyList<PlacementStep> Decide(
        ModelDemand[] demands, ModelHost[] hosts, Dictionary<string, DateTimeOffset>? waitedAt = null) =>
        ModelPlacement.Decide(Terms, demands, Bytes, waitedAt ?? [], hosts, Now);

    private static DeviceId DeviceOf(PlacementStep step) => step switch
    {
        PlacementStep.Load load => load.Device,
        _ => ((PlacementStep.LetGo)step).Device,
    };

    private static string Sha(int model) => new((char)('a' + model), 64);

    private static string[] Models(int bits) => [.. Enumerable.Range(0, 4).Where(at => (bits & (1 << at)) != 0).Select(Sha)];

    private static DeviceAsk Ask(long output) => new(Usdc.FromMicros(1), Usdc.FromMicros(output), Usdc.FromMicros(1));

    private static ModelHost Host(
        int number,
        int provider = 0,
        long ask = 50,
        int free = 1,
        long lent = 8 * Gib,
        string[]? loaded = null,
        string[]? held = null,
        string[]? placed = null,
        bool isEu = true) => new(
            new(
                DeviceId.From(new Guid(number + 1, 0, 0, new byte[8])),
                Providers[provider],
                new(DeviceKind.Host, "CPU", 16 * Gib, 4, isEu ? "eu" : "us", 2, "1"),
                Ask(ask),
                free,
                Now,
                new(loaded ?? [], held ?? [], lent, 3)),
            (placed ?? []).ToDictionary(
                one => one, one => Now - TimeSpan.FromMinutes(7 * (one[0] - 'a')), StringComparer.Ordinal),
            new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal));

    /// <summary>Devices that load at once what they are asked for, and a stream of orders for one model that stops.</summary>
    private sealed class World(int devices, int perMinute, int servedPerStep)
    {
        public const int Step = 5;

        private readonly Dictionary<DeviceId, DateTimeOffset> _cooling = [];
        private readonly Dictionary<string, DateTimeOffset> _waitedAt = new(StringComparer.Ordinal);
        private DateTimeOffset _now = Now;
        private DecayedRate _rate = new(0, Now);
        private double _waiting;

        public bool IsWaiting => _waiting > 0;

        public Dictionary<DeviceId, DateTimeOffset> Placed { get; } = [];

        public List<DeviceId> Loads { get; } = [];

        /// <summary>Models that were let go sooner than they may.</summary>
        public List<DeviceId> Quick { get; } = [];

        public void Look(bool isWanted)
        {
            _now += TimeSpan.FromSeconds(Step);

            if (isWanted)
            {
                _waiting += perMinute * Step / 60.0;
                _rate = _rate.Add(_now) with { Count = _rate.Add(_now).Count - 1 + (perMinute * Step / 60.0) };
            }

            _waiting = Math.Max(0, _waiting - (Placed.Count * servedPerStep));
            var waiting = (int)Math.Ceiling(_waiting);

            if (waiting > 0)
            {
                _waitedAt[Sha(0)] = _now;
            }

            var demand = new ModelDemand(
                "m0", Sha(0), waiting, waiting > 0 ? _now.AddSeconds(-9) : null, _rate.PerMinute(_now), Needs);

            foreach (var step in ModelPlacement.Decide(
                Terms, [demand], Bytes, _waitedAt, [.. Enumerable.Range(0, devices).Select(At)], _now))
            {
                Take(step);
            }
        }

        private ModelHost At(int number)
        {
            var host = Host(number, provider: number % 3, free: _waiting > 0 && Placed.Count > number ? 0 : 1);
            var device = host.Offer.Device;
            var isPlaced = Placed.TryGetValue(device, out var since);

            return new(
                host.Offer with { Models = new(isPlaced ? [Sha(0)] : [], [], 8 * Gib, 3), SlotsFree = isPlaced && _waiting > 0 ? 0 : 1 },
                isPlaced
                    ? new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal) { [Sha(0)] = since }
                    : new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal),
                _cooling.TryGetValue(device, out var until)
                    ? new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal) { [Sha(0)] = until }
                    : new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal));
        }

        private void Take(PlacementStep step)
        {
            if (step is PlacementStep.Load load)
            {
                Placed.Add(load.Device, _now);
                Loads.Add(load.Device);
                return;
            }

            var device = DeviceOf(step);

            if (_now - Placed[device] < Terms.KeepMin)
            {
                Quick.Add(device);
            }

            Placed.Remove(device);
            _cooling[device] = _now + Terms.CoolDown;
        }
    }
}
