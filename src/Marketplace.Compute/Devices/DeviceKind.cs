namespace Marketplace.Compute.Devices;

/// <summary>What executes the work.</summary>
public enum DeviceKind
{
    /// <summary>The processor, through SIMD code with persistent worker threads.</summary>
    Host,

    /// <summary>An NVIDIA GPU through ILGPU.</summary>
    Cuda,

    /// <summary>A GPU through ILGPU's OpenCL backend.</summary>
    OpenCl,

    /// <summary>
    /// The processor through OpenCL (PoCL): for tests of the generated code, and only when asked for.
    /// </summary>
    OpenClCpu,
}
