using ILGPU;
using Marketplace.Compute.Ilgpu;

namespace Marketplace.Compute.Tests.Ilgpu;

[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public class PinnedCopiesTests(KernelDevice device)
{
    private const int Copies = 4_000;
    private const int Elements = 512;

    /// <summary>
    /// Arrays that are young enough to be moved, and a collector that moves them all the time: without pins some keep their
    /// old content, or the process ends on a heap that was overwritten.
    /// </summary>
    [Fact]
    public async Task What_was_copied_arrives_while_the_collector_moves_arrays()
    {
        using var moving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var collector = Task.Run(() => Move(moving.Token), CancellationToken.None);

        try
        {
            var lost = Lost();

            Assert.Equal(0, lost);
        }
        finally
        {
            await moving.CancelAsync();
            await collector;
        }
    }

    [Fact]
    public void A_view_that_is_too_short_is_refused()
    {
        using var memory = device.Accelerator.Upload<int>([1, 2, 3]);
        ArrayView<int> view = memory.View;
        var read = new int[2];
        view.Read(read);

        Assert.Equal([1, 2], read);
        Assert.Throws<ArgumentOutOfRangeException>(() => view.Read(new int[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => view.Write([1, 2, 3, 4]));
    }

    private int Lost()
    {
        using var memory = device.Accelerator.Upload<int>(new int[Elements]);
        ArrayView<int> view = memory.View;
        var lost = 0;

        for (var copy = 1; copy <= Copies; copy++)
        {
            var source = new int[Elements];
            var target = new int[Elements];
            Array.Fill(source, copy);
            view.Write(source);
            view.Read(target);
            lost += target.AsSpan().ContainsAnyExcept(copy) ? 1 : 0;
        }

        return lost;
    }

    private static void Move(CancellationToken end)
    {
        var holes = new byte[64][];

        for (var at = 0; !end.IsCancellationRequested; at++)
        {
            holes[at % holes.Length] = new byte[100 * (1 + (at % 7))];

            if (at % 16 == 0)
            {
                GC.Collect(at % 256 == 0 ? 1 : 0, GCCollectionMode.Forced, blocking: true, compacting: true);
            }
        }
    }
}
