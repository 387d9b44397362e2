using ILGPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace Marketplace.Compute.Devices;

/// <summary>Looks for devices, and says of every kind that is not usable what is missing.</summary>
public static class DeviceProbe
{
    public static DeviceReport Probe()
    {
        var usable = new List<DeviceFacts>();
        var unusable = new List<UnusableDevice>();
        var cuda = NativeLibraries.WhyMissing(NativeLibraries.Cuda);
        var openCl = NativeLibraries.WhyMissing(NativeLibraries.OpenCl);

        using (var context = NewContext(cuda is null, openCl is null))
        {
            foreach (var device in context.GetCudaDevices())
            {
                usable.Add(FactsOf(device));
            }

            if (usable.Count == 0)
            {
                unusable.Add(new(DeviceKind.Cuda, cuda ?? "the NVIDIA driver reports no device"));
            }

            AddOpenCl(context, openCl, usable, unusable);
        }

        usable.Add(Host.HostDevice.FactsOfThisMachine());
        return new(usable, unusable);
    }

    /// <summary>A context with the backends whose libraries are there.</summary>
    internal static Context NewContext(bool withCuda, bool withOpenCl) => Context.Create(builder =>
    {
        NativeLibraries.Register();
        builder.EnableAlgorithms();

        if (withCuda)
        {
            builder.Cuda();
        }

        if (withOpenCl)
        {
            builder.OpenCL();
        }
    });

    internal static DeviceFacts FactsOf(CudaDevice device) => new(
        DeviceKind.Cuda,
        device.Name,
        device.MemorySize,
        device.NumMultiprocessors,
        device.MaxNumThreadsPerGroup,
        $"CUDA {device.DriverVersion}, {device.Architecture}",
        device.Architecture >= CudaArchitecture.SM_80);

    internal static DeviceFacts FactsOf(CLDevice device) => new(
        device.DeviceType == CLDeviceType.CL_DEVICE_TYPE_CPU ? DeviceKind.OpenClCpu : DeviceKind.OpenCl,
        device.Name,
        device.MemorySize,
        device.NumMultiprocessors,
        device.MaxNumThreadsPerGroup,
        $"{device.PlatformName} {device.CVersion}");

    private static void AddOpenCl(
        Context context, string? missing, List<DeviceFacts> usable, List<UnusableDevice> unusable)
    {
        var found = new List<DeviceFacts>();

        foreach (var device in context.GetCLDevices())
        {
            found.Add(FactsOf(device));
        }

        usable.AddRange(found.OrderBy(facts => facts.Kind));

        foreach (var kind in new[] { DeviceKind.OpenCl, DeviceKind.OpenClCpu })
        {
            if (found.All(facts => facts.Kind != kind))
            {
                unusable.Add(
                    new(kind, missing ?? "no OpenCL platform offers such a device with the generic address space"));
            }
        }
    }
}
