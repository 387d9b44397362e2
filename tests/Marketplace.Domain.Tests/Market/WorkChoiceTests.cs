using CsCheck;
using Marketplace.Domain.Market;

namespace Marketplace.Domain.Tests.Market;

public sealed class WorkChoiceTests
{
    private const int PassesMax = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly Gen<(WorkChance Chance, bool IsLeft)[]> Waiting = Gen.Select(
        Gen.Enum<SceneFit>(), Gen.Bool, Gen.Bool, (fit, owed, left) => (new WorkChance(fit, owed), left)).Array[0, 12];

    [Fact]
    public void What_is_owed_waits_for_nothing_that_is_younger() => Waiting.Sample(waiting =>
    {
        var owed = Array.FindIndex(waiting, one => one.Chance.IsOwed);

        if (owed >= 0 && owed < PassesMax)
        {
            Assert.InRange(Pick(waiting)!.Value, 0, owed);
        }
    });

    [Fact]
    public void Only_what_is_left_to_others_leaves_a_device_without_work() => Waiting.Sample(waiting =>
        Assert.Equal(
            waiting.Take(PassesMax).All(one => one.IsLeft && !one.Chance.IsOwed && one.Chance.Fit != SceneFit.Loaded),
            Pick(waiting) is null));

    [Fact]
    public void Where_nobody_has_anything_the_oldest_goes_first() => Gen.Bool.Array[1, 12].Sample(owed => Assert.Equal(
        0, Pick([.. owed.Select(one => (new WorkChance(SceneFit.None, one), false))])));

    [Fact]
    public void More_of_what_it_needs_goes_before_age_for_a_while() => Waiting.Sample(waiting =>
    {
        if (Pick(waiting) is { } place && !Array.Exists(waiting, one => one.Chance.IsOwed))
        {
            Assert.All(
                waiting.Take(place).Where(one => !one.IsLeft),
                older => Assert.True(older.Chance.Fit < waiting[place].Chance.Fit));
        }
    });

    [Fact]
    public void Whether_work_is_left_is_asked_only_where_it_matters() => Waiting.Sample(waiting =>
    {
        var asked = new List<int>();
        WorkChoice.Pick(
            waiting.Select(one => one.Chance),
            at =>
            {
                asked.Add(at);
                return waiting[at].IsLeft;
            },
            PassesMax);

        Assert.All(asked, at => Assert.False(waiting[at].Chance.IsOwed));
    });

    /// <summary>
    /// A market in steps of a tenth of a second: renders of some units, devices that have scenes or say so, and one
    /// that never comes. Whatever they say, no device that comes stands idle for longer than the patience while a unit
    /// waits, and every unit is done.
    /// </summary>
    [Fact]
    public void No_claim_keeps_a_device_idle_for_longer_than_the_patience() => Gen.Select(
        Gen.Select(Gen.Int[0, 30], Gen.Int[1, 6], Gen.Int[0, 2]).Array[1, 4],
        Gen.Select(Gen.Int[0, 2], Gen.Int[1, 15], Gen.Int[0, 20]).Array[1, 4],
        Gen.Int[0, 7]).Sample(
            (renders, devices, lies) =>
            {
                var market = new StepMarket(renders, devices, lies);

                for (var step = 0; step < 2_000 && !market.IsDone; step++)
                {
                    market.Step(step);
                }

                Assert.True(market.IsDone);
                Assert.InRange(market.IdleMax, 0, StepMarket.PatienceSteps);
            },
            iter: 500);

    /// <summary>
    /// A device takes a unit of the oldest render and never ends it, while the others have another scene and more work
    /// of that than they ever finish.
    /// </summary>
    [Fact]
    public void Who_holds_on_to_a_unit_for_ever_keeps_nobody_else_from_its_render() => Gen.Select(
        Gen.Int[2, 6], Gen.Int[1, 15].Array[1, 3]).Sample(
            (units, steps) =>
            {
                var market = new StepMarket(
                    [(0, units, 1), (1, int.MaxValue, 0)],
                    [(1, int.MaxValue / 2, 0), .. steps.Select(one => (0, one, 1))],
                    lies: 0);
                var limit = (int)(WorkChance.AttendedMax / Patience * StepMarket.PatienceSteps) + (15 * (units + 2));

                for (var step = 0; step < limit; step++)
                {
                    market.Step(step);
                }

                Assert.Equal(0, market.Left(0));
            },
            iter: 100);

    private static int? Pick((WorkChance Chance, bool IsLeft)[] waiting) =>
        WorkChoice.Pick(waiting.Select(one => one.Chance), at => waiting[at].IsLeft, PassesMax);

    /// <param name="renders">When each is ordered, its units, its scene.</param>
    /// <param name="devices">The scene that each has at first, the steps that it takes for a unit, when it joins.</param>
    /// <param name="lies">Scenes, as bits, that a device claims to have which never comes.</param>
    private sealed class StepMarket(
        (int At, int Units, int Scene)[] renders, (int Scene, int Steps, int Joins)[] devices, int lies)
    {
        public const int PatienceSteps = 10;

        private readonly int[] _left = [.. renders.Select(render => render.Units)];
        private readonly int[] _takenAt = [.. renders.Select(render => render.At)];
        private readonly int[] _has = [.. devices.Select(device => device.Scene)];
        private readonly int[] _busyUntil = new int[devices.Length];
        private readonly int[] _tookAt = new int[devices.Length];
        private readonly int?[] _work = new int?[devices.Length];
        private readonly int?[] _idleSince = new int?[devices.Length];

        public int IdleMax { get; private set; }

        public bool IsDone => Array.TrueForAll(_left, left => left == 0);

        public int Left(int render) => _left[render];

        public void Step(int now)
        {
            for (var device = 0; device < devices.Length; device++)
            {
                if (now >= devices[device].Joins && now >= _busyUntil[device])
                {
                    _work[device] = null;
                    Ask(device, now);
                }
            }
        }

        private void Ask(int device, int now)
        {
            int[] waiting =
            [
                .. Enumerable.Range(0, renders.Length)
                    .Where(render => renders[render].At <= now && _left[render] > 0)
                    .OrderBy(render => renders[render].At),
            ];
            var idle = Seconds(now - (_idleSince[device] ?? now));
            var place = WorkChoice.Pick(
                waiting.Select(render => WorkChance.OfScene(Fit(device, render), idle, Unattended(render, now), Patience)),
                at => IsElsewhere(device, waiting[at], now),
                PassesMax);

            if (place is { } at)
            {
                var render = waiting[at];
                (_idleSince[device], _work[device], _takenAt[render]) = (null, render, now);
                _tookAt[device] = now;
                (_left[render], _has[device]) = (_left[render] - 1, renders[render].Scene);
                _busyUntil[device] = now + devices[device].Steps;
            }
            else
            {
                _idleSince[device] = waiting.Length > 0 ? _idleSince[device] ?? now : null;
                IdleMax = Math.Max(IdleMax, waiting.Length > 0 ? now - _idleSince[device]!.Value : 0);
            }
        }

        private SceneFit Fit(int device, int render) =>
            _has[device] == renders[render].Scene ? SceneFit.Loaded : SceneFit.None;

        private bool IsElsewhere(int device, int render, int now) =>
            Fit(device, render) < SceneFit.Loaded
            && (((lies >> renders[render].Scene) & 1) == 1
                || Enumerable.Range(0, devices.Length).Any(other =>
                    other != device && now >= devices[other].Joins && Fit(other, render) == SceneFit.Loaded));

        private TimeSpan Unattended(int render, int now) => Seconds(
            Enumerable.Range(0, devices.Length).Any(device =>
                _work[device] == render && Seconds(now - _tookAt[device]) < WorkChance.AttendedMax)
                    ? 0
                    : now - _takenAt[render]);

        private static TimeSpan Seconds(int steps) => Patience * steps / PatienceSteps;
    }
}
