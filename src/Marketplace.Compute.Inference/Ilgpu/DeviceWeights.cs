using ILGPU;
using ILGPU.Runtime;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.ModelFiles;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>A model's weights, uploaded once.</summary>
internal sealed class DeviceWeights : IDisposable
{
    private readonly LlamaModel _model;
    private readonly Accelerator _accelerator;
    private readonly WeightStaging _staging;
    private readonly List<MemoryBuffer> _buffers = [];

    public DeviceWeights(LlamaModel model, Accelerator accelerator)
    {
        (_model, _accelerator, _staging) = (model, accelerator, new(accelerator));

        try
        {
            using (_staging)
            {
                Embedding = Matrix([model.Embedding]);
                Output = new([model.Output == model.Embedding ? Embedding : Matrix([model.Output])]);
                OutputNorm = Vector(model.OutputNorm);
                Layers = [.. model.Layers.Select(Layer)];
            }
        }
        catch
        {
            // A model that does not fit must leave the memory to the next one.
            Dispose();
            throw;
        }
    }

    public DeviceMatrix Embedding { get; }

    public DeviceProduct Output { get; }

    public ArrayView<float> OutputNorm { get; }

    public IReadOnlyList<DeviceLayer> Layers { get; }

    /// <summary>Forms of the matrices that vectors are multiplied with.</summary>
    public IEnumerable<TensorFormat> Formats => Layers
        .SelectMany(layer => new[] { layer.Heads, layer.AttentionOutput, layer.GateAndUp, layer.Down })
        .Append(Output)
        .SelectMany(product => product.Matrices)
        .Select(matrix => matrix.Format)
        .Distinct();

    /// <summary>Device memory that they take.</summary>
    public long Bytes => _buffers.Sum(buffer => buffer.LengthInBytes);

    public void Dispose()
    {
        _buffers.ForEach(buffer => buffer.Dispose());
        _buffers.Clear();
    }

    private DeviceLayer Layer(LlamaLayer layer) => new(
        Vector(layer.AttentionNorm),
        Product(layer.Query, layer.Key, layer.Value),
        Extras(layer),
        (layer.QueryBias ?? layer.KeyBias ?? layer.ValueBias) is not null,
        layer.QueryNorm is not null,
        Product(layer.AttentionOutput),
        Vector(layer.FeedForwardNorm),
        Product(layer.Gate, layer.Up),
        Product(layer.Down));

    /// <summary>Neighbours of one form become one matrix.</summary>
    private DeviceProduct Product(params IReadOnlyList<StoredTensor> tensors)
    {
        var matrices = new List<DeviceMatrix>();

        for (var from = 0; from < tensors.Count;)
        {
            List<StoredTensor> alike = [.. tensors.Skip(from).TakeWhile(one => one.Format == tensors[from].Format)];
            matrices.Add(Matrix(alike));
            from += alike.Count;
        }

        return new(matrices);
    }

    private DeviceMatrix Matrix(IReadOnlyList<StoredTensor> tensors)
    {
        foreach (var tensor in tensors)
        {
            _ = _model.AddressOf(tensor);
        }

        return new WeightPacking(tensors).Upload(_staging, _buffers);
    }

    private ArrayView<float> Extras(LlamaLayer layer)
    {
        var shape = _model.Shape;
        float[] extras =
        [
            .. Floats(layer.QueryBias, shape.QueryDimension),
            .. Floats(layer.KeyBias, shape.KeyValueDimension),
            .. Floats(layer.ValueBias, shape.KeyValueDimension),
            .. Floats(layer.QueryNorm, shape.HeadSize),
            .. Floats(layer.KeyNorm, shape.HeadSize),
        ];
        return Upload(extras);
    }

    private ArrayView<float> Vector(StoredTensor tensor) => Upload(Floats(tensor, (int)tensor.Columns));

    private float[] Floats(StoredTensor? tensor, int length)
    {
        var floats = new float[length];

        if (tensor is not null)
        {
            _ = _model.AddressOf(tensor);
            RowFormat.Decode(tensor.Format, tensor.Row(0), floats);
        }

        return floats;
    }

    private ArrayView<float> Upload(float[] values)
    {
        var buffer = _accelerator.Upload(values);
        _buffers.Add(buffer);
        return buffer.View;
    }
}
