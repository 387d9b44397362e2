using System.CommandLine;
using Marketplace.Compute.Devices;

namespace Marketplace.Agent.CommandLine;

/// <summary>The options that choose a device.</summary>
internal static class DeviceOptions
{
    private const int ThreadsMax = 1024;

    public static Option<string> Device() => new("--device")
    {
        Description = $"What computes: {DeviceChoice.Allowed}.",
        DefaultValueFactory = _ => "auto",
    };

    /// <summary>Without a default: a running agent takes what it was enrolled with.</summary>
    public static Option<string?> DeviceOrEnrolled() => new("--device")
    {
        Description = $"What computes: {DeviceChoice.Allowed}; default: as enrolled.",
    };

    public static Option<int?> Threads() => new("--threads")
    {
        Description = "Worker threads of the host device; default: one per core.",
    };

    public static Option<bool> NoTensorCores() => new("--no-tensor-cores")
    {
        Description = "Language models of an NVIDIA GPU use its portable kernels alone.",
    };

    /// <param name="device">A name that <see cref="DeviceChoice.Parse"/> takes.</param>
    /// <param name="threads">Of the host device.</param>
    /// <param name="isWithoutTensorCores">Whether tensor cores stay unused.</param>
    /// <exception cref="AgentFault">An option is out of range.</exception>
    /// <exception cref="DeviceUnavailableException">The device is not there.</exception>
    public static ComputeDevice Open(string device, int? threads, bool isWithoutTensorCores = false)
    {
        if (threads is < 1 or > ThreadsMax)
        {
            throw new AgentFault(ExitCodes.Usage, $"--threads: {threads} found, allowed are 1 to {ThreadsMax}");
        }

        return ComputeDevice.Open(
            Choice(device) with { IsWithoutTensorCores = isWithoutTensorCores }, threads);
    }

    public static DeviceChoice Choice(string device)
    {
        try
        {
            return DeviceChoice.Parse(device);
        }
        catch (FormatException fault)
        {
            throw new AgentFault(ExitCodes.Usage, $"--device: {fault.Message}", fault);
        }
    }

    /// <summary>The word the market knows the kind by.</summary>
    public static string WireKind(DeviceKind kind) => kind switch
    {
        DeviceKind.Cuda => "cuda",
        DeviceKind.OpenCl or DeviceKind.OpenClCpu => "opencl",
        _ => "host",
    };
}
