using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Tests.Market;

public sealed class ProspectTests
{
    private static readonly DeviceAsk Ask = new(Usdc.FromMicros(1), Usdc.FromMicros(1), Usdc.FromMicros(1));
    private static readonly WorkNeeds Needs = new(WorkKind.Text, Ask, 1_000, null, null);

    [Fact]
    public void Work_that_nothing_failed_at_waits_even_without_a_device() =>
        Assert.Null(Prospect.EndOf([], Needs, [], null));

    [Fact]
    public void Work_waits_while_a_device_that_could_take_it_has_not_tried() =>
        Assert.Null(Prospect.EndOf([Offer(1), Offer(2)], Needs, [Offer(1).Device], null));

    [Fact]
    public void Work_ends_when_every_device_that_could_take_it_has_failed_at_it()
    {
        var last = new Ending("out-of-memory", "Too little.", CausedBy.Provider);
        var end = Prospect.EndOf(
            [Offer(1), Offer(2), Offer(3, memory: 999)], Needs, [Offer(1).Device, Offer(2).Device], last);

        Assert.Equal(("no-device-left", CausedBy.Platform), (end?.Code, end?.CausedBy));
        Assert.Contains("out-of-memory: Too little.", end!.Detail, StringComparison.Ordinal);
    }

    private static Offer Offer(int number, long memory = 1_000) => new(
        DeviceId.From(PrefixedId.Derive("device", $"{number}")),
        ProviderId.From(PrefixedId.Derive("provider")),
        new(DeviceKind.Cuda, "H100", memory, 1, "eu", 1, "0.1"),
        Ask,
        1,
        DateTimeOffset.UnixEpoch);
}
