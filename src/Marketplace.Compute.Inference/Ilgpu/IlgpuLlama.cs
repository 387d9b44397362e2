using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>
/// A model on a device through ILGPU: weights in device memory, kernels loaded. Launches of different sequences take
/// turns.
/// </summary>
internal sealed class IlgpuLlama : ILlamaBackend
{
    private readonly IlgpuDevice _device;
    private MemoryBuffer1D<float, Stride1D.Dense>? _cosine;
    private MemoryBuffer1D<float, Stride1D.Dense>? _sine;
    private int _positions;

    public IlgpuLlama(LlamaModel model, IlgpuDevice device)
        : this(model, device, TensorCoreKernels.Of(device))
    {
    }

    /// <summary>With another matrix unit than the device's own.</summary>
    internal IlgpuLlama(LlamaModel model, IlgpuDevice device, (ITensorKernels? Kernels, string Why) unit)
    {
        (Model, _device) = (model, device);

        lock (Turn)
        {
            Weights = new(model, Accelerator);

            try
            {
                Matrices = new(Accelerator, TensorCheck.Plan(device, unit, Weights.Formats));
                Kernels = new(Accelerator);
            }
            catch
            {
                // The weights are in the device's memory already.
                Weights.Dispose();
                throw;
            }
        }
    }

    public LlamaModel Model { get; }

    public Accelerator Accelerator => _device.Accelerator;

    public DeviceWeights Weights { get; }

    public MatrixKernels Matrices { get; }

    public LayerKernels Kernels { get; }

    /// <summary>Held around every use of the accelerator.</summary>
    public object Turn => _device.Turn;

    public ILlamaSequence NewSequence(int positions)
    {
        lock (Turn)
        {
            return new IlgpuSequence(this, positions);
        }
    }

    public ILlamaBatch NewBatch(BatchSize size)
    {
        lock (Turn)
        {
            return new IlgpuBatch(this, size);
        }
    }

    public ILlamaStates NewStates(StatesSize size)
    {
        lock (Turn)
        {
            return new IlgpuStates(this, size);
        }
    }

    /// <summary>What the driver says, where it says so; else all memory less the weights.</summary>
    public long? BytesLeft
    {
        get
        {
            lock (Turn)
            {
                return Accelerator is CudaAccelerator cuda
                    ? cuda.GetFreeMemory()
                    : Math.Max(0, Accelerator.MemorySize - Weights.Bytes);
            }
        }
    }

    public IReadOnlyList<MatrixPath> MatrixPaths => Matrices.Paths;

    /// <summary>Kernels started so far.</summary>
    public long Launches => Matrices.Launches + Kernels.Launches;

    /// <summary>Angles of at least this many positions; to be called within a turn.</summary>
    public (ArrayView<float> Cosine, ArrayView<float> Sine) Angles(int positions)
    {
        if (_positions < positions)
        {
            var angles = Model.Rope.AtLeast(positions);
            _cosine?.Dispose();
            _sine?.Dispose();
            _cosine = Accelerator.Upload(angles.Cosine);
            _sine = Accelerator.Upload(angles.Sine);
            _positions = angles.Positions;
        }

        return (_cosine!.View, _sine!.View);
    }

    public void Dispose()
    {
        lock (Turn)
        {
            _cosine?.Dispose();
            _sine?.Dispose();
            Weights.Dispose();
        }
    }
}
