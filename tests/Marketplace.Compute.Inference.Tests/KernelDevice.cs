using ILGPU.Runtime;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Ilgpu;

[assembly: AssemblyFixture(typeof(Marketplace.Compute.Inference.Tests.KernelDevice))]

namespace Marketplace.Compute.Inference.Tests;

/// <summary>
/// The device that kernel tests run on, opened once: MARKETPLACE_TEST_DEVICE names it (cuda, opencl, opencl-cpu), else it is
/// ILGPU's interpreter, which checks the kernels' arithmetic but no generated code. Classes that use it are one collection:
/// loaded kernels are shared, so launches must not mix.
/// </summary>
public sealed class KernelDevice : IDisposable
{
    private readonly IlgpuDevice? _device;
    private readonly string _missing = "";

    public KernelDevice()
    {
        Name = Environment.GetEnvironmentVariable("MARKETPLACE_TEST_DEVICE") ?? "";

        try
        {
            _device = Name.Length == 0
                ? IlgpuDevice.OpenForTests()
                : (IlgpuDevice)ComputeDevice.Open(DeviceChoice.Parse(Name));
        }
        catch (DeviceUnavailableException fault)
        {
            _missing = fault.Message;
        }
    }

    public string Name { get; }

    /// <summary>True where every launch costs most of a millisecond: tests then take fewer.</summary>
    public bool IsInterpreter => Name.Length == 0;

    internal IlgpuDevice Device
    {
        get
        {
            Assert.SkipWhen(_device is null, $"{Name}: {_missing}");
            return _device!;
        }
    }

    internal Accelerator Accelerator => Device.Accelerator;

    public void Dispose() => _device?.Dispose();
}
