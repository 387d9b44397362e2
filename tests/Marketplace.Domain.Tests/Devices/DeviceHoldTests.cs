using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;

namespace Marketplace.Domain.Tests.Devices;

public sealed class DeviceHoldTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_free_slot_is_given() =>
        Assert.IsType<ReserveOutcome.Reserved>(DeviceHold.Decide([Hold(1, 60)], DeviceStanding.Listed, 2, Hold(2, 60), Now));

    [Fact]
    public void A_full_device_refuses_and_tells_when_the_first_slot_comes_free()
    {
        var outcome = DeviceHold.Decide([Hold(1, 60), Hold(2, 30)], DeviceStanding.Listed, 2, Hold(3, 60), Now);

        Assert.Equal(new ReserveOutcome.Busy(Now.AddSeconds(30)), outcome);
    }

    [Fact]
    public void Asking_again_with_the_same_attempt_is_harmless_even_on_a_full_or_draining_device()
    {
        Assert.IsType<ReserveOutcome.Reserved>(DeviceHold.Decide([Hold(1, 60)], DeviceStanding.Listed, 1, Hold(1, 90), Now));
        Assert.IsType<ReserveOutcome.Reserved>(DeviceHold.Decide([Hold(1, 60)], DeviceStanding.Draining, 1, Hold(1, 90), Now));
    }

    [Fact]
    public void A_hold_that_ran_out_takes_no_slot() =>
        Assert.IsType<ReserveOutcome.Reserved>(DeviceHold.Decide([Hold(1, 0)], DeviceStanding.Listed, 1, Hold(2, 60), Now));

    [Theory]
    [InlineData(DeviceStanding.Draining)]
    [InlineData(DeviceStanding.Suspended)]
    public void A_device_that_is_not_listed_takes_nothing_new(DeviceStanding standing) =>
        Assert.Equal(new ReserveOutcome.NotListed(standing), DeviceHold.Decide([], standing, 1, Hold(1, 60), Now));

    [Theory]
    [InlineData("NVIDIA H100 80GB HBM3", "eu", "cuda.nvidia-h100-80gb-hbm3.eu")]
    [InlineData("--", "", "cuda.unknown.unknown")]
    public void A_class_is_a_slug_of_kind_name_and_region(string name, string region, string expected)
    {
        var found = DeviceClass.Of(new(DeviceKind.Cuda, name, 1, 1, region, 1, "0.1"));

        Assert.Equal(expected, found.Value);
        Assert.Equal(found, DeviceClass.Parse(found.Value));
    }

    [Theory]
    [InlineData("cuda.h100")]
    [InlineData("CUDA.h100.eu")]
    [InlineData("cuda.h100.eu.x")]
    public void What_is_no_class_is_refused(string text) => Assert.Throws<FormatException>(() => DeviceClass.Parse(text));

    private static DeviceHold Hold(int attempt, int seconds) =>
        new(AttemptId.From(PrefixedId.Derive($"{attempt}")), Now.AddSeconds(seconds));
}
