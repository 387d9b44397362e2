using Marketplace.Compute.Devices;

namespace Marketplace.Compute.Tests.Devices;

[Collection(nameof(KernelDevice))]
public class DeviceProbeTests
{
    [Fact]
    public void Every_kind_is_usable_or_has_a_reason()
    {
        var report = DeviceProbe.Probe();

        foreach (var kind in Enum.GetValues<DeviceKind>())
        {
            var reasons = report.Unusable.Where(unusable => unusable.Kind == kind).ToList();
            var usable = report.Usable.Any(facts => facts.Kind == kind);
            Assert.Equal(usable ? 0 : 1, reasons.Count);
            Assert.All(reasons, unusable => Assert.True(unusable.Reason.Length > 10, unusable.Reason));
        }

        Assert.Equal(DeviceKind.Host, report.Usable[^1].Kind);
    }

    [Fact]
    public void A_device_that_is_not_there_fails_with_its_reason()
    {
        var report = DeviceProbe.Probe();
        Assert.SkipWhen(report.Unusable.Count == 0, "every kind of device is here");
        var missing = report.Unusable[0];

        var fault = Assert.Throws<DeviceUnavailableException>(() => ComputeDevice.Open(DeviceChoice.Of(missing.Kind)));

        Assert.Contains(missing.Reason, fault.Message, StringComparison.Ordinal);
    }
}
