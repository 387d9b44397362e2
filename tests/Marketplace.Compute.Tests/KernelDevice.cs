using ILGPU.Runtime;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Ilgpu;

[assembly: AssemblyFixture(typeof(Marketplace.Compute.Tests.KernelDevice))]

namespace Marketplace.Compute.Tests;

/// <summary>
/// The device that kernel tests run on, opened once: MARKETPLACE_TEST_DEVICE names it (cuda, opencl, opencl-cpu), else it is
/// ILGPU's interpreter, which checks the kernels' arithmetic but no generated code. Classes that use it are one collection.
/// </summary>
public sealed class KernelDevice : IDisposable
{
    private readonly IlgpuDevice? _device;
    private readonly string _missing = "";

    public KernelDevice()
    {
        var name = Environment.GetEnvironmentVariable("MARKETPLACE_TEST_DEVICE") ?? "";

        try
        {
            _device = name.Length == 0
                ? IlgpuDevice.OpenForTests()
                : (IlgpuDevice)ComputeDevice.Open(DeviceChoice.Parse(name));
        }
        catch (DeviceUnavailableException fault)
        {
            _missing = $"{name}: {fault.Message}";
        }
    }

    internal Accelerator Accelerator
    {
        get
        {
            Assert.SkipWhen(_device is null, _missing);
            return _device!.Accelerator;
        }
    }

    public void Dispose() => _device?.Dispose();
}
