namespace Marketplace.Compute.Devices;

/// <summary>Which device is wanted: <c>auto</c> (CUDA, then an OpenCL GPU, then the Host) or one kind.</summary>
public readonly record struct DeviceChoice
{
    /// <summary>What <see cref="Parse"/> understands.</summary>
    public const string Allowed = "auto, cuda, opencl, host or opencl-cpu";

    private DeviceChoice(DeviceKind? kind) => Kind = kind;

    /// <summary>The kind, or null for auto.</summary>
    public DeviceKind? Kind { get; }

    /// <summary>Whether an NVIDIA GPU is to use its portable kernels alone.</summary>
    public bool IsWithoutTensorCores { get; init; }

    public static DeviceChoice Auto => default;

    public static DeviceChoice Of(DeviceKind kind) => new(kind);

    /// <exception cref="FormatException">The text names no device.</exception>
    public static DeviceChoice Parse(string text) => text.ToLowerInvariant() switch
    {
        "auto" => Auto,
        "cuda" => new(DeviceKind.Cuda),
        "opencl" => new(DeviceKind.OpenCl),
        "host" => new(DeviceKind.Host),
        "opencl-cpu" => new(DeviceKind.OpenClCpu),
        _ => throw new FormatException($"'{text}' is no device: expected {Allowed}."),
    };
}
