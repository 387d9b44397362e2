using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Market.Admission;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Tests.Market;

public sealed class AdmitTests
{
    private static readonly WorkNeeds Needs = new(WorkKind.Text, Ask(10, 20, 0), 1_000, "eu", null);

    [Fact]
    public void An_offer_that_fits_is_admitted() => Assert.Empty(Admit.Check(Offer(), Needs));

    [Fact]
    public void Each_rule_refuses_by_its_own_name()
    {
        Assert.Equal(["memory"], Rules(Admit.Check(Offer(memory: 999), Needs)));
        Assert.Equal(["region"], Rules(Admit.Check(Offer(region: "us"), Needs)));
        Assert.Equal(["price"], Rules(Admit.Check(Offer(ask: Ask(11, 20, 0)), Needs)));
        Assert.Equal(["price"], Rules(Admit.Check(Offer(ask: Ask(10, 21, 0)), Needs)));
        Assert.Equal(["class"], Rules(Admit.Check(Offer(), Needs with { Class = DeviceClass.Parse("host.cpu.eu") })));
        Assert.Equal(["region", "memory"], Rules(Admit.Check(Offer(memory: 1, region: "us"), Needs)));
    }

    [Fact]
    public void A_renter_may_name_whose_devices_it_wants_and_whose_not()
    {
        var offer = Offer();
        var other = ProviderId.From(Guid.NewGuid());

        Assert.Empty(Admit.Check(offer, Needs with { Providers = new([], []) }));
        Assert.Empty(Admit.Check(offer, Needs with { Providers = new([other, offer.Provider], []) }));
        Assert.Empty(Admit.Check(offer, Needs with { Providers = new([], [other]) }));
        Assert.Equal(["provider"], Rules(Admit.Check(offer, Needs with { Providers = new([other], []) })));
        Assert.Equal(["provider"], Rules(Admit.Check(offer, Needs with { Providers = new([], [offer.Provider]) })));
        Assert.Equal(
            ["provider"], Rules(Admit.Check(offer, Needs with { Providers = new([offer.Provider], [offer.Provider]) })));
        Assert.Equal(Needs with { Providers = new([other], []) }, Needs with { Providers = new([other], []) });
        Assert.NotEqual(Needs with { Providers = new([other], []) }, Needs with { Providers = new([], [other]) });
    }

    [Fact]
    public void Only_the_parts_of_the_price_that_the_work_uses_count()
    {
        Assert.Empty(Admit.Check(Offer(ask: Ask(1, 1, 999)), Needs));
        Assert.Empty(Admit.Check(Offer(ask: Ask(99, 99, 5)), Needs with { Kind = WorkKind.Render, Cap = Ask(0, 0, 5) }));
        Assert.NotEmpty(Admit.Check(Offer(ask: Ask(0, 0, 6)), Needs with { Kind = WorkKind.Render, Cap = Ask(0, 0, 5) }));
    }

    [Fact]
    public void No_region_and_no_class_mean_any() =>
        Assert.Empty(Admit.Check(Offer(region: "us"), Needs with { Region = null, Class = null }));

    [Fact]
    public void Why_not_counts_what_each_rule_excludes_and_what_it_alone_excludes()
    {
        var why = WhyNot.Explain([Offer(), Offer(memory: 1), Offer(memory: 1, region: "us"), Offer(region: "us")], Needs);

        Assert.Equal((2, 1), Counts(why, "memory"));
        Assert.Equal((2, 1), Counts(why, "region"));
    }

    private static (int, int) Counts(IReadOnlyList<WhyNot> why, string rule)
    {
        var found = why.Single(line => line.Rule == rule);
        return (found.Excluded, found.OnlyThisRule);
    }

    private static IEnumerable<string> Rules(IEnumerable<Refusal> refusals) => refusals.Select(refusal => refusal.Rule);

    private static DeviceAsk Ask(long prompt, long output, long samples) =>
        new(Usdc.FromMicros(prompt), Usdc.FromMicros(output), Usdc.FromMicros(samples));

    private static Offer Offer(long memory = 1_000, string region = "eu", DeviceAsk? ask = null) => new(
        DeviceId.From(PrefixedId.Derive("device")),
        ProviderId.From(PrefixedId.Derive("provider")),
        new(DeviceKind.Cuda, "H100", memory, 1, region, 1, "0.1"),
        ask ?? Ask(10, 20, 0),
        1,
        DateTimeOffset.UnixEpoch);
}
