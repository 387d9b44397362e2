using System.Reflection;
using System.Runtime.InteropServices;

namespace Marketplace.Compute.Devices;

/// <summary>
/// Finds the native libraries under the names that distributions ship. ILGPU asks for development names such as
/// <c>OpenCL</c> and swallows the failure, so a missing library would look like a missing device.
/// </summary>
internal static class NativeLibraries
{
    public static readonly string[] Cuda = ["libcuda.so.1", "nvcuda.dll"];
    public static readonly string[] OpenCl = ["libOpenCL.so.1", "OpenCL.dll"];
    private static readonly string[] Nvml = ["libnvidia-ml.so.1", "nvml.dll"];
    private static readonly Lock Gate = new();
    private static bool Registered;

    /// <summary>Null when one of the names can be loaded, else what is missing.</summary>
    public static string? WhyMissing(string[] names) =>
        Load(names) != IntPtr.Zero ? null : $"{names[0]} cannot be loaded: the driver or loader is not installed";

    /// <summary>Tells ILGPU's assemblies where the libraries are; once, before the first context.</summary>
    public static void Register()
    {
        lock (Gate)
        {
            if (Registered)
            {
                return;
            }

            NativeLibrary.SetDllImportResolver(typeof(ILGPU.Context).Assembly, Resolve);
            NativeLibrary.SetDllImportResolver(typeof(ILGPU.Algorithms.XMath).Assembly, Resolve);
            Registered = true;
        }
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name switch
    {
        "cuda" or "nvcuda" => Load(Cuda),
        "OpenCL" => Load(OpenCl),
        "nvidia-ml.so" or "nvml" => Load(Nvml),
        _ => IntPtr.Zero,
    };

    private static IntPtr Load(string[] names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var library))
            {
                return library;
            }
        }

        return IntPtr.Zero;
    }
}
