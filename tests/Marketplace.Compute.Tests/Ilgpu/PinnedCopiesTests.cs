using ILGPU;
using Marketplace.Compute.Ilgpu;

namespace Marketplace.Compute.Tests.Ilgpu;

[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public class PinnedCopiesTests(KernelDevice device)
{
    private const int Copies = 4_000;
    private const int Elements = 512;
    private const int Ended = -1;

    private int _copy;

    /// <summary>
    /// Arrays that are young enough to be moved, and a collection beside each copy: without pins some keep their old
    /// content, or the process ends on a heap that was overwritten.
    /// </summary>
    [Fact]
    public async Task What_was_copied_arrives_while_the_collector_moves_arrays()
    {
        var collector = Task.Run(Collect, TestContext.Current.CancellationToken);
        int lost;

        try
        {
            lost = Lost();
        }
        finally
        {
            Volatile.Write(ref _copy, Ended);
            await collector;
        }

        Assert.Equal(0, lost);
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
            Volatile.Write(ref _copy, copy);
            view.Write(source);
            view.Read(target);
            lost += target.AsSpan().ContainsAnyExcept(copy) ? 1 : 0;
        }

        return lost;
    }

    /// <summary>One collection for each copy that has begun: more would leave the copying thread no time at all.</summary>
    private void Collect()
    {
        var holes = new byte[64][];

        for (var seen = 0; ;)
        {
            SpinWait.SpinUntil(() => Volatile.Read(ref _copy) != seen);
            seen = Volatile.Read(ref _copy);

            if (seen == Ended)
            {
                return;
            }

            for (var at = 0; at < holes.Length; at++)
            {
                holes[at] = new byte[100 * (1 + ((seen + at) % 7))];
            }

            GC.Collect(seen % 16 == 0 ? 1 : 0, GCCollectionMode.Forced, blocking: true, compacting: true);
        }
    }
}
