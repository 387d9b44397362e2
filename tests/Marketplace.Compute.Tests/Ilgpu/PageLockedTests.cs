using ILGPU.Runtime;
using Marketplace.Compute.Ilgpu;

namespace Marketplace.Compute.Tests.Ilgpu;

[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public class PageLockedTests(KernelDevice device)
{
    [Fact]
    public void What_is_written_comes_back_and_nothing_beside_it_changes()
    {
        using var buffer = device.Accelerator.Allocate1D<int>(6);
        buffer.MemSetToZero();
        using var there = new PageLocked<int>(device.Accelerator, 8);
        using var back = new PageLocked<int>(device.Accelerator, 6);

        ((int[])[1, 2, 3, 4, 5, 6, 7, 8]).CopyTo(there.Span);
        there.Write(buffer.View, 4);
        there.Span.Clear();

        Assert.Equal([1, 2, 3, 4, 0, 0], back.Read(buffer.View, 6).ToArray());
        Assert.Equal([1, 2, 3], back.Read(buffer.View, 3).ToArray());
        Assert.Equal([1, 2, 3, 4, 0, 0], back.Span.ToArray());
    }

    [Fact]
    public void More_than_there_is_room_for_is_refused()
    {
        using var buffer = device.Accelerator.Allocate1D<int>(4);
        using var memory = new PageLocked<int>(device.Accelerator, 2);

        Assert.ThrowsAny<ArgumentException>(() => memory.Read(buffer.View, 3).Length);
        Assert.ThrowsAny<ArgumentException>(() => memory.Write(buffer.View, 3));
    }

    [Fact]
    public void Memory_that_was_given_back_is_not_read()
    {
        using var buffer = device.Accelerator.Allocate1D<int>(4);
        var memory = new PageLocked<int>(device.Accelerator, 4);
        memory.Dispose();
        memory.Dispose();

        Assert.Throws<ObjectDisposedException>(() => memory.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => memory.Read(buffer.View, 4).Length);
    }

    [Fact]
    public void A_stream_of_its_own_keeps_the_order_of_its_copies()
    {
        using var buffer = device.Accelerator.Allocate1D<int>(1 << 16);
        using var stream = device.Accelerator.CreateStream();
        using var memory = new PageLocked<int>(device.Accelerator, 1 << 16, stream);

        for (var round = 1; round <= 8; round++)
        {
            memory.Span.Fill(round);
            memory.Write(buffer.View, 1 << 16);
        }

        Assert.All(memory.Read(buffer.View, 1 << 16).ToArray(), value => Assert.Equal(8, value));
    }
}
