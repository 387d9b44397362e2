using System.Runtime.InteropServices;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// Pages of 2 MiB for memory of our own: keys and values lie 4 KiB at a time in as many places as a step has texts,
/// layers and heads, so that with pages of that size each of them is a fault when it is first written and a walk
/// through the page tables whenever it is read.
/// </summary>
internal static unsafe partial class HugePages
{
    /// <summary>Size of a huge page on x86-64, and on ARM with pages of 4 KiB.</summary>
    public const nuint Bytes = 2 << 20;

    /// <summary>Smaller arrays would take more memory than they have.</summary>
    public const nuint WorthFrom = 4 * Bytes;

    /// <summary>MADV_HUGEPAGE of Linux's madvise(2).</summary>
    private const int Advice = 14;

    /// <summary>
    /// Asks for them; the system may have none, and gives small ones then. Nothing hangs on it but time.
    /// </summary>
    public static void Ask(void* memory, nuint bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(memory, bytes / Bytes * Bytes, Advice);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* memory, nuint bytes, int advice);
}
