using Marketplace.Compute.Rendering.Film;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// Adds up the batches of a sample range in the fixed binary tree: as one adds 1 to a binary number, two equal levels
/// make one of the next.
/// </summary>
internal sealed class SampleTree(int length, SampleRange samples)
{
    private readonly float[] _levels = new float[(samples.Level + 1) * length];
    private int _added;

    /// <summary>Adds the sums of the next batch, whose numbers are overwritten.</summary>
    public void Add(Span<float> sums)
    {
        var level = 0;

        for (; (_added & (1 << level)) != 0; level++)
        {
            Join(Level(level), sums);
        }

        sums.CopyTo(Level(level));
        _added++;
    }

    /// <summary>
    /// The sums of all batches. What is left over when they are no power of two is joined from the end.
    /// </summary>
    public void Total(Span<float> total)
    {
        var any = false;

        for (var level = 0; level <= samples.Level; level++)
        {
            if ((_added & (1 << level)) == 0)
            {
                continue;
            }

            if (any)
            {
                Join(Level(level), total);
            }
            else
            {
                Level(level).CopyTo(total);
            }

            any = true;
        }
    }

    public void Clear() => _added = 0;

    /// <summary>right = left + right.</summary>
    private static void Join(ReadOnlySpan<float> left, Span<float> right)
    {
        for (var i = 0; i < right.Length; i++)
        {
            right[i] = left[i] + right[i];
        }
    }

    private Span<float> Level(int level) => _levels.AsSpan(level * length, length);
}
