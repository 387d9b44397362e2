using Marketplace.Compute.Devices;
using Marketplace.Compute.Ilgpu;

[assembly: AssemblyFixture(typeof(Marketplace.Compute.Rendering.Tests.KernelDevices))]

namespace Marketplace.Compute.Rendering.Tests;

/// <summary>
/// The devices that kernel tests run on. Each is opened once, by the first test that wants it, and shared by all, so
/// that a kernel is compiled once: a second context beside the first may find no device at all (PoCL offers none).
/// Tracers take turns on a device; the tests that trace on one need not.
/// </summary>
public sealed class KernelDevices : IDisposable
{
    /// <summary>Names a device as <see cref="DeviceChoice.Parse"/> takes it.</summary>
    private const string DeviceVariable = "MARKETPLACE_TEST_DEVICE";

    private readonly Lazy<IlgpuDevice> _interpreter = new(IlgpuDevice.OpenForTests);
    private readonly Lazy<ComputeDevice> _named = new(() => ComputeDevice.Open(DeviceChoice.Parse(Name)));

    /// <summary>ILGPU's interpreter, which checks the kernels' arithmetic but no generated code.</summary>
    public ComputeDevice Interpreter => _interpreter.Value;

    /// <summary>The device that MARKETPLACE_TEST_DEVICE names; skips the test where it names none.</summary>
    /// <exception cref="DeviceUnavailableException">The named device is not there.</exception>
    public ComputeDevice Named
    {
        get
        {
            Assert.SkipWhen(Name.Length == 0, $"{DeviceVariable} names no device (infra/opencl/run-tests.sh does).");

            return _named.Value;
        }
    }

    private static string Name => Environment.GetEnvironmentVariable(DeviceVariable) ?? "";

    public void Dispose()
    {
        Close(_interpreter);
        Close(_named);
    }

    private static void Close<T>(Lazy<T> device)
        where T : ComputeDevice
    {
        if (device.IsValueCreated)
        {
            device.Value.Dispose();
        }
    }
}
