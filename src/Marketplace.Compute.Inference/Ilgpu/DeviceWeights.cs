using ILGPU;
using ILGPU.Runtime;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.ModelFiles;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>A model's weights, uploaded once.</summary>
internal sealed class DeviceWeights : IDisposable
{
    private readonly LlamaModel _model;
    private readonly Accelerator _accelerator;
    private readonly List<MemoryBuffer> _buffers = [];

    public DeviceWeights(LlamaModel model, Accelerator accelerator)
    {
        (_model, _accelerator) = (model, accelerator);
        Embedding = Matrix(model.Embedding);
        Output = model.Output == model.Embedding ? Embedding : Matrix(model.Output);
        OutputNorm = Vector(model.OutputNorm);
        Layers = [.. model.Layers.Select(layer => new DeviceLayer(
            Vector(layer.AttentionNorm),
            Matrix(layer.Query),
            Matrix(layer.Key),
            Matrix(layer.Value),
            Matrix(layer.AttentionOutput),
            Vector(layer.FeedForwardNorm),
            Matrix(layer.Gate),
            Matrix(layer.Up),
            Matrix(layer.Down))
        {
            QueryBias = Optional(layer.QueryBias),
            KeyBias = Optional(layer.KeyBias),
            ValueBias = Optional(layer.ValueBias),
            QueryNorm = Optional(layer.QueryNorm),
            KeyNorm = Optional(layer.KeyNorm),
        })];
    }

    public DeviceMatrix Embedding { get; }

    public DeviceMatrix Output { get; }

    public ArrayView<float> OutputNorm { get; }

    public IReadOnlyList<DeviceLayer> Layers { get; }

    public void Dispose() => _buffers.ForEach(buffer => buffer.Dispose());

    private DeviceMatrix Matrix(StoredTensor tensor) =>
        new(Upload(tensor), tensor.Format, (int)tensor.Rows, (int)tensor.Columns);

    private ArrayView<float>? Optional(StoredTensor? tensor) => tensor is null ? null : Vector(tensor);

    private ArrayView<float> Vector(StoredTensor tensor) => Upload(tensor).Cast<float>();

    private unsafe ArrayView<byte> Upload(StoredTensor tensor)
    {
        var buffer = _accelerator.Allocate1D<byte>(tensor.Bytes);
        _buffers.Add(buffer);
        buffer.View.CopyFromCPU(ref *(byte*)_model.AddressOf(tensor), tensor.Bytes);
        return buffer.View;
    }
}
