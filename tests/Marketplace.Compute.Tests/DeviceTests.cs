using Marketplace.Compute.Devices;
using Marketplace.Compute.Host;

namespace Marketplace.Compute.Tests;

public sealed class DeviceTests
{
    private static readonly DeviceReport Report = DeviceProbe.Probe();

    [Fact]
    public void The_processor_is_always_usable_and_stands_last()
    {
        var last = Report.Usable[^1];

        Assert.Equal(DeviceKind.Host, last.Kind);
        Assert.Equal(Environment.ProcessorCount, last.Cores);
        Assert.NotEqual("", last.Name, StringComparer.Ordinal);
        Assert.True(last.MemoryBytes > 0);
    }

    [Fact]
    public void Every_kind_is_usable_or_says_why_not()
    {
        foreach (var kind in Enum.GetValues<DeviceKind>())
        {
            var reasons = Report.Unusable.Where(device => device.Kind == kind).Select(device => device.Reason).ToList();
            Assert.Equal(Report.Usable.Any(device => device.Kind == kind), reasons.Count == 0);
            Assert.All(reasons, reason => Assert.NotEqual("", reason, StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Opening_what_is_not_there_says_what_is_missing()
    {
        var missing = Report.Unusable.Select(device => (UnusableDevice?)device).FirstOrDefault();
        Assert.SkipWhen(missing is null, "every kind of device is usable on this machine");

        var fault = Assert.Throws<DeviceUnavailableException>(() => ComputeDevice.Open(DeviceChoice.Of(missing!.Kind)));

        Assert.Contains(missing!.Reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_processor_is_opened_with_the_threads_asked_for()
    {
        using var device = Assert.IsType<HostDevice>(ComputeDevice.Open(DeviceChoice.Of(DeviceKind.Host), threads: 3));

        Assert.Equal(3, device.Workers.Threads);
    }

    [Fact]
    public void Auto_opens_something()
    {
        using var device = ComputeDevice.Open(DeviceChoice.Auto);

        Assert.NotEqual(DeviceKind.OpenClCpu, device.Facts.Kind);
    }

    [Theory]
    [InlineData("auto", null)]
    [InlineData("HOST", DeviceKind.Host)]
    [InlineData("cuda", DeviceKind.Cuda)]
    [InlineData("opencl", DeviceKind.OpenCl)]
    [InlineData("opencl-cpu", DeviceKind.OpenClCpu)]
    public void A_device_is_chosen_by_its_word(string text, DeviceKind? kind) =>
        Assert.Equal(kind, DeviceChoice.Parse(text).Kind);

    [Fact]
    public void Another_word_is_refused_with_those_allowed()
    {
        var fault = Assert.Throws<FormatException>(() => DeviceChoice.Parse("tpu"));

        Assert.Contains("'tpu'", fault.Message, StringComparison.Ordinal);
        Assert.Contains(DeviceChoice.Allowed, fault.Message, StringComparison.Ordinal);
    }
}
