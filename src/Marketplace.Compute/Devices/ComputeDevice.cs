using Marketplace.Compute.Host;
using Marketplace.Compute.Ilgpu;

namespace Marketplace.Compute.Devices;

/// <summary>
/// An opened device. Engines are declared with one form for the Host and one for ILGPU, and take either.
/// </summary>
public abstract class ComputeDevice : IDisposable
{
    private protected ComputeDevice(DeviceFacts facts) => Facts = facts;

    public DeviceFacts Facts { get; }

    /// <summary>Opens a device.</summary>
    /// <param name="choice">The kind wanted.</param>
    /// <param name="threads">Worker threads of the Host; null takes one per core. Ignored by other devices.</param>
    /// <exception cref="DeviceUnavailableException">It is not there; the message says why.</exception>
    public static ComputeDevice Open(DeviceChoice choice, int? threads = null)
    {
        if (choice.Kind == DeviceKind.Host)
        {
            return new HostDevice(threads);
        }

        var report = DeviceProbe.Probe();

        if (choice.Kind is not { } kind)
        {
            var best = report.Usable.FirstOrDefault(facts => facts.Kind is DeviceKind.Cuda or DeviceKind.OpenCl);
            return best is null
                ? new HostDevice(threads)
                : IlgpuDevice.Open(best.Kind, choice.IsWithoutTensorCores);
        }

        return report.Usable.Any(facts => facts.Kind == kind)
            ? IlgpuDevice.Open(kind, choice.IsWithoutTensorCores)
            : throw new DeviceUnavailableException(
                $"no {kind} device: {report.Unusable.First(unusable => unusable.Kind == kind).Reason}");
    }

    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    private protected abstract void Close();
}
