using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Marketplace.Compute.Host;

/// <summary>
/// Measures how fast the workers can read memory: the limit of decoding, which reads every weight once per token.
/// </summary>
public static unsafe class ReadBandwidth
{
    private const int Grain = 64 * 1024;

    /// <summary>Bytes per second, the best of several rounds over a buffer much larger than any cache.</summary>
    public static double Measure(HostWorkers workers, long bytes = 512L * 1024 * 1024, int rounds = 5)
    {
        var buffer = NativeMemory.AlignedAlloc((nuint)bytes, 4_096);

        try
        {
            NativeMemory.Fill(buffer, (nuint)bytes, 1);
            var best = TimeSpan.MaxValue;
            var sums = new float[workers.Threads];

            for (var round = 0; round < rounds; round++)
            {
                var begin = Stopwatch.GetTimestamp();
                workers.For((int)(bytes / Grain), 1, (from, to) => Sum((byte*)buffer, from, to, sums));
                var took = Stopwatch.GetElapsedTime(begin);
                best = took < best ? took : best;
            }

            return bytes / best.TotalSeconds;
        }
        finally
        {
            NativeMemory.AlignedFree(buffer);
        }
    }

    private static void Sum(byte* buffer, int from, int to, float[] sums)
    {
        var at = (float*)(buffer + ((long)from * Grain));
        var end = (float*)(buffer + ((long)to * Grain));
        Vector512<float> a = default, b = default, c = default, d = default;

        for (; at < end; at += 64)
        {
            a += Vector512.Load(at);
            b += Vector512.Load(at + 16);
            c += Vector512.Load(at + 32);
            d += Vector512.Load(at + 48);
        }

        // Stored, so that the reading cannot be optimised away.
        Volatile.Write(ref sums[0], Vector512.Sum(a + b + c + d));
    }
}
