using CsCheck;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Renders;

namespace Marketplace.Domain.Tests.Renders;

public sealed class RenderBudgetTests
{
    private static readonly Gen<(int Device, long Ask, int Frame, bool Stands)> Attempts =
        Gen.Select(Gen.Int[0, 4], Gen.Long[0, 5_000_000], Gen.Int[0, 3], Gen.Bool);

    [Fact]
    public void Whoever_asks_what_and_fails_when_charges_stay_within_the_cap_and_nobodys_work_is_cut_off_it() =>
        Gen.Select(Gen.Long[1, 20_000_000], Attempts.Array[1, 60]).Sample((micros, attempts) =>
        {
            var most = Usdc.FromMicros(micros);
            var (shares, _) = Deal(most, attempts);
            var charges = FrameBill.Of(shares, most);

            var due = shares.GroupBy(share => share.Provider).Sum(provider => (long)(provider.Aggregate(
                Int128.Zero, (sum, share) => sum + ((Int128)share.Ask.Megasample.Micros * share.PixelSamples))
                    / 1_000_000));
            Assert.True(FrameBill.Total(charges) <= most);
            Assert.Equal(due, FrameBill.Total(charges).Micros);
        });

    [Fact]
    public void At_one_ask_every_frame_that_is_begun_can_be_finished() =>
        Gen.Select(Gen.Long[0, 5_000_000], Gen.Long[1, 20_000_000], Attempts.Array[1, 60]).Sample(
            (ask, micros, attempts) =>
            {
                var most = Usdc.FromMicros(micros);
                var (shares, waiting) = Deal(most, [.. attempts.Select(attempt => attempt with { Ask = ask })]);
                var begun = waiting.Where(unit => !IsWhole(unit.Frame)).ToArray();
                var budget = RenderBudget.Of(most, shares.Select(share => (share.Ask, share.PixelSamples)));

                Assert.True(budget.AskFor(begun.Sum(unit => unit.PixelSamples)) >= Usdc.FromMicros(ask));

                bool IsWhole(int frame) => waiting.Count(unit => unit.Frame == frame) == Tiles;
            });

    [Fact]
    public void Nothing_is_left_of_a_cap_that_is_spent_and_work_for_nothing_still_fits()
    {
        var budget = RenderBudget.Of(Usdc.FromMicros(3), [(AskOf(3), 1_000_000)]);

        Assert.Equal(Usdc.Zero, budget.AskFor(1));
        Assert.Equal(Usdc.FromMicros(long.MaxValue), budget.AskFor(0));
        Assert.Equal(Usdc.FromMicros(2), RenderBudget.Of(Usdc.FromMicros(2), []).AskFor(1_000_000));
        Assert.Equal(Usdc.FromMicros(1), RenderBudget.Of(Usdc.FromMicros(2), []).AskFor(1_000_001));
    }

    private const int Frames = 4;
    private const int Tiles = 3;

    /// <summary>
    /// Units are given out as the budget allows. One that does not stand is owed until the next has been given out, and
    /// waits again.
    /// </summary>
    private static (List<RenderShare> Shares, List<RenderUnit> Waiting) Deal(
        Usdc most, IReadOnlyList<(int Device, long Ask, int Frame, bool Stands)> attempts)
    {
        var shares = new List<RenderShare>();
        var waiting = Enumerable.Range(0, Frames * Tiles).Select(Unit).ToList();
        var (failing, failed) = ((RenderUnit?)null, (RenderShare?)null);

        foreach (var (device, ask, frame, stands) in attempts)
        {
            RenderShare[] owed = [.. shares, .. failed is null ? [] : new[] { failed }];
            var begun = Enumerable.Range(0, Frames)
                .Where(begun => waiting.Count(unit => unit.Frame == begun) < Tiles)
                .ToHashSet();
            var asks = RenderBudget.Of(most, owed.Select(share => (share.Ask, share.PixelSamples)))
                .AsksFor(waiting, begun);
            var unit = waiting.Find(unit => unit.Frame >= frame && asks[unit.Frame].Micros >= ask);

            if (failing is not null)
            {
                waiting.Add(failing);
                (failing, failed) = (null, null);
            }

            if (unit is null)
            {
                continue;
            }

            waiting.Remove(unit);

            if (stands)
            {
                shares.Add(Share(device, ask, unit));
            }
            else
            {
                (failing, failed) = (unit, Share(device, ask, unit));
            }
        }

        return (shares, failing is null ? waiting : [.. waiting, failing]);
    }

    private static RenderUnit Unit(int index) =>
        new(index, index / Tiles, 128 * (index % Tiles), 0, 128 - (index % Tiles), 100, 0, 16);

    private static DeviceAsk AskOf(long micros) => new(Usdc.Zero, Usdc.Zero, Usdc.FromMicros(micros));

    private static RenderShare Share(int device, long ask, RenderUnit unit) => new(
        ProviderId.From(PrefixedId.Derive("provider", $"{device}")),
        DeviceId.From(PrefixedId.Derive("device", $"{device}")),
        AskOf(ask),
        AttemptId.From(PrefixedId.Derive("attempt", "1")),
        unit.PixelSamples,
        1,
        string.Empty);
}
