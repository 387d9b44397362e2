using ILGPU;
using ILGPU.Runtime;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>
/// Groups for a number of threads: explicit, because the automatic choice makes one group of thousands on a processor,
/// which one core then runs alone.
/// </summary>
internal static class Groups
{
    private const int Threads = 64;

    public static KernelConfig For(Accelerator accelerator, long threads)
    {
        var group = Math.Min(Threads, accelerator.MaxNumThreadsPerGroup);
        return new((int)((threads + group - 1) / group), group);
    }
}
