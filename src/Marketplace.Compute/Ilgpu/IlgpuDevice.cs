using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using Marketplace.Compute.Devices;

namespace Marketplace.Compute.Ilgpu;

/// <summary>
/// A device through ILGPU. One context and accelerator per device; kernels stay loaded and are shared by all engines on
/// the device, arguments included: every launch happens within <see cref="Turn"/>.
/// </summary>
public sealed class IlgpuDevice : ComputeDevice
{
    private readonly Context _context;

    private IlgpuDevice(Context context, Accelerator accelerator, DeviceFacts facts)
        : base(facts)
    {
        _context = context;
        Accelerator = accelerator;
    }

    public Accelerator Accelerator { get; }

    /// <summary>Whether its tensor cores, if there are any, are to stay unused.</summary>
    public bool IsWithoutTensorCores { get; private init; }

    /// <summary>
    /// Held around every use of the accelerator, from setting a launch's arguments to reading its result.
    /// </summary>
    public object Turn => Accelerator;

    /// <summary>
    /// ILGPU's own interpreter of kernels on this processor: for tiny tests only. It runs the original code, with the
    /// full rights of the process, and says nothing about generated code.
    /// </summary>
    public static IlgpuDevice OpenForTests()
    {
        // ILGPU compiles a kernel for its interpreter, too, and then runs the original code: what it optimises is lost.
        var context = Context.Create(builder => builder
            .CPU(new CPUDevice(4, 1, 1))
            .EnableAlgorithms()
            .Optimize(OptimizationLevel.O0)
            .Inlining(InliningMode.Conservative));
        var device = context.GetCPUDevice(0);
        var facts = new DeviceFacts(
            DeviceKind.Host, device.Name, device.MemorySize, 1, device.MaxNumThreadsPerGroup, "test");
        return new(context, device.CreateCPUAccelerator(context), facts);
    }

    internal static IlgpuDevice Open(DeviceKind kind, bool isWithoutTensorCores)
    {
        var context = DeviceProbe.NewContext(kind == DeviceKind.Cuda, kind != DeviceKind.Cuda);

        try
        {
            if (kind == DeviceKind.Cuda)
            {
                var device = context.GetCudaDevice(0);
                return new(context, device.CreateCudaAccelerator(context), DeviceProbe.FactsOf(device))
                {
                    IsWithoutTensorCores = isWithoutTensorCores,
                };
            }

            foreach (var device in context.GetCLDevices())
            {
                if (DeviceProbe.FactsOf(device).Kind == kind)
                {
                    return new(context, device.CreateCLAccelerator(context), DeviceProbe.FactsOf(device));
                }
            }

            throw new DeviceUnavailableException($"the {kind} device has left since it was probed");
        }
        catch (Exception fault)
            when (fault is AcceleratorException or CapabilityNotSupportedException or NotSupportedException)
        {
            context.Dispose();
            throw new DeviceUnavailableException($"the {kind} device cannot be opened: {fault.Message}");
        }
    }

    private protected override void Close()
    {
        Accelerator.Dispose();
        _context.Dispose();
    }
}
