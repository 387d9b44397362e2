using Marketplace.Compute.Inference.Ilgpu;

namespace Marketplace.Compute.Inference.Tests.Ilgpu;

[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public class DeviceRoomTests(KernelDevice device)
{
    [Fact]
    public void What_cannot_be_given_back_keeps_nothing_else()
    {
        var room = new DeviceRoom(device.Accelerator);
        var before = room.Copied<float>(4);
        room.Keep(new Stuck());
        var after = room.Copied<float>(4);

        var fault = Assert.Throws<AggregateException>(room.Dispose);

        Assert.Equal("stuck", Assert.Single(fault.InnerExceptions).Message);
        Assert.Throws<ObjectDisposedException>(() => before.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => after.Span.Length);
        room.Dispose();
    }

    private sealed class Stuck : IDisposable
    {
        public void Dispose() => throw new InvalidOperationException("stuck");
    }
}
