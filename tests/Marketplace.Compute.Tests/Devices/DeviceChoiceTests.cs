using Marketplace.Compute.Devices;
using Marketplace.Compute.Host;

namespace Marketplace.Compute.Tests.Devices;

public class DeviceChoiceTests
{
    [Theory]
    [InlineData("auto", null)]
    [InlineData("CUDA", DeviceKind.Cuda)]
    [InlineData("opencl", DeviceKind.OpenCl)]
    [InlineData("host", DeviceKind.Host)]
    [InlineData("opencl-cpu", DeviceKind.OpenClCpu)]
    public void A_name_is_its_device(string text, DeviceKind? kind) =>
        Assert.Equal(kind, DeviceChoice.Parse(text).Kind);

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("host ")]
    public void Anything_else_is_refused_with_what_is_allowed(string text) =>
        Assert.Contains(
            DeviceChoice.Allowed,
            Assert.Throws<FormatException>(() => DeviceChoice.Parse(text)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void The_host_opens_with_the_threads_asked_for()
    {
        using var device = ComputeDevice.Open(DeviceChoice.Of(DeviceKind.Host), threads: 3);

        Assert.Equal(3, Assert.IsType<HostDevice>(device).Workers.Threads);
        Assert.Equal(DeviceKind.Host, device.Facts.Kind);
    }
}
