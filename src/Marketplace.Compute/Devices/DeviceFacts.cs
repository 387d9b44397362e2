namespace Marketplace.Compute.Devices;

/// <summary>What is known of a device without using it.</summary>
/// <param name="Kind">What executes the work.</param>
/// <param name="Name">The device's own name.</param>
/// <param name="MemoryBytes">Memory that buffers may use.</param>
/// <param name="Cores">Processor cores or multiprocessors.</param>
/// <param name="GroupSizeMax">Largest group of threads of a kernel; 1 on the Host.</param>
/// <param name="Driver">Driver or platform version, as far as it says.</param>
/// <param name="HasTensorCores">
/// Whether it multiplies matrices of halves as the kernels need it: NVIDIA GPUs of compute capability 8.0 and later.
/// </param>
public sealed record DeviceFacts(
    DeviceKind Kind,
    string Name,
    long MemoryBytes,
    int Cores,
    int GroupSizeMax,
    string Driver,
    bool HasTensorCores = false);
