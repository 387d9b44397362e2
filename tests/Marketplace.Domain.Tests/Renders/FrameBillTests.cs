using CsCheck;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Renders;

namespace Marketplace.Domain.Tests.Renders;

public sealed class FrameBillTests
{
    private static readonly Gen<RenderShare> Shares = Gen.Select(
        Gen.Int[1, 4], Gen.Long[0, 1_000_000_000], Gen.Long[0, 10_000_000_000]).Select(Share);

    [Theory]
    [InlineData(WorkState.Succeeded, true, true)]
    [InlineData(WorkState.Failed, true, true)]
    [InlineData(WorkState.Expired, true, true)]
    [InlineData(WorkState.Cancelled, true, true)]
    [InlineData(WorkState.Failed, false, false)]
    [InlineData(WorkState.Expired, false, false)]
    [InlineData(WorkState.Cancelled, false, true)]
    public void Pictures_are_charged_always_and_other_accepted_work_only_when_the_renter_cancels(
        WorkState final, bool isDelivered, bool isCharged) =>
        Assert.Equal(isCharged, FrameBill.Covers(final, isDelivered));

    [Fact]
    public void Charges_are_never_above_the_escrow_and_one_a_provider() =>
        Gen.Select(Shares.Array[0, 12], Gen.Long[0, 10_000_000_000]).Sample((shares, escrow) =>
        {
            var charges = FrameBill.Of(shares, Usdc.FromMicros(escrow));

            Assert.True(FrameBill.Total(charges) <= Usdc.FromMicros(escrow));
            Assert.Equal(charges.Count, charges.Select(charge => charge.Provider).Distinct().Count());
            Assert.All(charges, charge => Assert.True(charge.Amount > Usdc.Zero));
        });

    [Fact]
    public void The_size_of_units_changes_no_charge() =>
        Gen.Select(Gen.Long[1, 1_000_000], Gen.Long[1, 1_000_000_000], Gen.Long[1, 1_000_000_000]).Sample((ask, a, b) =>
        {
            var whole = FrameBill.Of([Share((1, ask, a + b))], Usdc.Largest);
            var parts = FrameBill.Of([Share((1, ask, a)), Share((1, ask, b))], Usdc.Largest);

            Assert.Equal(FrameBill.Total(whole), FrameBill.Total(parts));
        });

    [Fact]
    public void A_provider_counts_once_at_a_unit_however_often_it_fails()
    {
        IReadOnlyList<UnitFailures> known = [];

        for (var failure = 0; failure < 10; failure++)
        {
            known = UnitFailures.With(known, 3, Provider(1));
        }

        Assert.False(Assert.Single(known).IsSpent);

        for (var other = 2; other <= RenderLimits.AttemptsMax; other++)
        {
            known = UnitFailures.With(known, 3, Provider(other));
        }

        Assert.True(Assert.Single(known).IsSpent);
    }

    [Fact]
    public void Losses_of_the_platform_are_nobodys_and_have_a_limit()
    {
        var known = Enumerable.Range(0, RenderLimits.AttemptsMax)
            .Aggregate<int, IReadOnlyList<UnitFailures>>([], (all, _) => UnitFailures.With(all, 3, null));

        Assert.Empty(known[0].Providers);
        Assert.True(known[0].IsSpent);
    }

    [Fact]
    public void A_provider_is_barred_with_the_third_of_its_devices()
    {
        Exclusion[] known = [.. Enumerable.Range(0, 3).Select(device => new Exclusion(Device(device), Provider(1)))];

        Assert.True(Exclusion.Bars(known[..1], Device(0), Provider(1)));
        Assert.False(Exclusion.Bars(known[..2], Device(9), Provider(1)));
        Assert.True(Exclusion.Bars(known, Device(9), Provider(1)));
        Assert.False(Exclusion.Bars(known, Device(9), Provider(2)));
    }

    private static RenderShare Share((int Provider, long Ask, long PixelSamples) of) => new(
        Provider(of.Provider),
        Device(of.Provider),
        new(Usdc.Zero, Usdc.Zero, Usdc.FromMicros(of.Ask)),
        AttemptId.From(PrefixedId.Derive("attempt", "1")),
        of.PixelSamples,
        1,
        string.Empty);

    private static ProviderId Provider(int number) => ProviderId.From(PrefixedId.Derive("provider", $"{number}"));

    private static DeviceId Device(int number) => DeviceId.From(PrefixedId.Derive("device", $"{number}"));
}
