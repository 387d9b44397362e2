namespace Marketplace.Domain.Devices;

/// <summary>What executes the work on a rig.</summary>
[GenerateSerializer, Alias("DeviceKind")]
public enum DeviceKind
{
    /// <summary>The processor, through SIMD code.</summary>
    Host = 0,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda = 1,

    /// <summary>A GPU through OpenCL.</summary>
    OpenCl = 2,
}
