using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Marketplace.Compute.Devices;

namespace Marketplace.Compute.Host;

/// <summary>The processor: plain C# with SIMD, on worker threads that live as long as the device.</summary>
public sealed class HostDevice : ComputeDevice
{
    /// <summary>Opens the processor with this many threads; null takes one per core.</summary>
    public HostDevice(int? threads = null)
        : base(FactsOfThisMachine()) =>
        Workers = new HostWorkers(threads ?? Environment.ProcessorCount);

    public HostWorkers Workers { get; }

    internal static DeviceFacts FactsOfThisMachine() => new(
        DeviceKind.Host,
        ProcessorName(),
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        Environment.ProcessorCount,
        1,
        $"{RuntimeInformation.FrameworkDescription}, {VectorBits()}-bit vectors");

    private protected override void Close() => Workers.Dispose();

    private static int VectorBits() => Vector512.IsHardwareAccelerated ? 512
        : Vector256.IsHardwareAccelerated ? 256
        : Vector128.IsHardwareAccelerated ? 128 : 64;

    private static string ProcessorName()
    {
        const string Path = "/proc/cpuinfo";

        if (File.Exists(Path))
        {
            var line = File.ReadLines(Path).FirstOrDefault(
                text => text.StartsWith("model name", StringComparison.Ordinal));

            if (line is not null)
            {
                return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            }
        }

        return RuntimeInformation.ProcessArchitecture.ToString();
    }
}
