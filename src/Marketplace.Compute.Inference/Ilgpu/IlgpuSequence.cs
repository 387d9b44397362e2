using ILGPU;
using ILGPU.Runtime;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>One sequence in device memory: keys and values as F32, scratch for a chunk of tokens.</summary>
internal sealed class IlgpuSequence : ILlamaSequence
{
    /// <summary>Tokens of a prompt that go through the layers together.</summary>
    public const int ChunkMax = 32;

    private readonly IlgpuLlama _device;
    private readonly LlamaShape _shape;
    private readonly int _positions;
    private readonly List<MemoryBuffer> _buffers = [];
    private readonly ArrayView<float>[] _keys;
    private readonly ArrayView<float>[] _values;
    private readonly ArrayView<int> _tokens;
    private readonly ArrayView<float> _x;
    private readonly ArrayView<float> _normed;
    private readonly ArrayView<float> _query;
    private readonly ArrayView<float> _attended;
    private readonly ArrayView<float> _gate;
    private readonly ArrayView<float> _up;
    private readonly ArrayView<float> _scores;
    private readonly ArrayView<float> _result;
    private readonly float[] _logits;

    public IlgpuSequence(IlgpuLlama device, int positions)
    {
        (_device, _shape, _positions) = (device, device.Model.Shape, positions);
        var chunk = Math.Min(ChunkMax, positions);
        _keys = [.. Enumerable.Range(0, _shape.Layers).Select(
            _ => Room<float>((long)positions * _shape.KeyValueDimension))];
        _values = [.. Enumerable.Range(0, _shape.Layers).Select(
            _ => Room<float>((long)positions * _shape.KeyValueDimension))];
        _tokens = Room<int>(chunk);
        _x = Room<float>((long)chunk * _shape.Dimension);
        _normed = Room<float>((long)chunk * _shape.Dimension);
        _query = Room<float>((long)chunk * _shape.QueryDimension);
        _attended = Room<float>((long)chunk * _shape.QueryDimension);
        _gate = Room<float>((long)chunk * _shape.FeedForward);
        _up = Room<float>((long)chunk * _shape.FeedForward);
        _scores = Room<float>((long)chunk * _shape.Heads * positions);
        _result = Room<float>(_shape.Vocabulary);
        _logits = new float[_shape.Vocabulary];
    }

    public int Length { get; private set; }

    public ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, _positions - Length);

        lock (_device.Turn)
        {
            for (var at = 0; at < tokens.Length; at += ChunkMax)
            {
                var chunk = tokens.Slice(at, Math.Min(ChunkMax, tokens.Length - at));
                Forward(chunk);

                if (at + chunk.Length == tokens.Length)
                {
                    ReadLogits(chunk.Length - 1);
                }
            }
        }

        return _logits;
    }

    public void AppendAll(ReadOnlySpan<int> tokens, LogitVisitor visit)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, _positions - Length);
        var (rows, vocabulary) = (Math.Min(ChunkMax, _positions), _shape.Vocabulary);
        var logits = new float[rows * vocabulary];

        lock (_device.Turn)
        {
            using var result = _device.Accelerator.Allocate1D<float>(logits.Length);

            for (var at = 0; at < tokens.Length; at += ChunkMax)
            {
                var chunk = tokens.Slice(at, Math.Min(ChunkMax, tokens.Length - at));
                Forward(chunk);
                var (x, normed) = (chunk.Length * _shape.Dimension, chunk.Length * vocabulary);
                _device.Kernels.Norm(
                    _x.SubView(0, x), _device.Weights.OutputNorm, _normed.SubView(0, x), _shape.NormEpsilon);
                _device.Matrices.Multiply(
                    _device.Weights.Output, _normed.SubView(0, x), result.View.SubView(0, normed), chunk.Length);
                ((ArrayView<float>)result.View).Read(logits.AsSpan(0, normed));

                for (var row = 0; row < chunk.Length; row++)
                {
                    visit(at + row, logits.AsSpan(row * vocabulary, vocabulary));
                }
            }
        }
    }

    public void Dispose()
    {
        lock (_device.Turn)
        {
            _buffers.ForEach(buffer => buffer.Dispose());
            _buffers.Clear();
        }
    }

    private void ReadLogits(int last)
    {
        var dimension = _shape.Dimension;
        var normed = _normed.SubView(0, dimension);
        _device.Kernels.Norm(
            _x.SubView(last * dimension, dimension), _device.Weights.OutputNorm, normed, _shape.NormEpsilon);
        _device.Matrices.Multiply(_device.Weights.Output, normed, _result, 1);
        _result.Read(_logits);
    }

    private void Forward(ReadOnlySpan<int> tokens)
    {
        _tokens.Write(tokens);
        var x = _x.SubView(0, tokens.Length * _shape.Dimension);
        _device.Matrices.Embed(_device.Weights.Embedding, _tokens.SubView(0, tokens.Length), x);

        for (var number = 0; number < _shape.Layers; number++)
        {
            Attend(_device.Weights.Layers[number], number, tokens.Length, x);
            FeedForward(_device.Weights.Layers[number], tokens.Length, x);
        }

        Length += tokens.Length;
    }

    private void Attend(DeviceLayer layer, int number, int tokens, ArrayView<float> x)
    {
        var (width, shared) = (_shape.QueryDimension, _shape.KeyValueDimension);
        var (matrices, kernels) = (_device.Matrices, _device.Kernels);
        var normed = _normed.SubView(0, x.Length);
        var query = _query.SubView(0, (long)tokens * width);
        var attended = _attended.SubView(0, (long)tokens * width);
        var keys = _keys[number].SubView((long)Length * shared, (long)tokens * shared);
        var values = _values[number].SubView((long)Length * shared, (long)tokens * shared);
        var (cosine, sine) = _device.Angles(_positions);

        kernels.Norm(x, layer.AttentionNorm, normed, _shape.NormEpsilon);
        matrices.Multiply(layer.Query, normed, query, tokens);
        matrices.Multiply(layer.Key, normed, keys, tokens);
        matrices.Multiply(layer.Value, normed, values, tokens);
        kernels.Bias(query, layer.QueryBias);
        kernels.Bias(keys, layer.KeyBias);
        kernels.Bias(values, layer.ValueBias);

        if (layer is { QueryNorm: { } queryNorm, KeyNorm: { } keyNorm })
        {
            kernels.Norm(query, queryNorm, query, _shape.NormEpsilon);
            kernels.Norm(keys, keyNorm, keys, _shape.NormEpsilon);
        }

        var halves = _shape.RopePairs == RopePairs.Halves ? 1 : 0;
        kernels.Rope(query, cosine, sine, new(Length, width, _shape.HeadSize, halves));
        kernels.Rope(keys, cosine, sine, new(Length, shared, _shape.HeadSize, halves));
        kernels.Attend(
            query,
            _keys[number],
            _values[number],
            _scores,
            attended,
            new(
                tokens,
                Length,
                _shape.Heads,
                _shape.KeyValueHeads,
                _shape.HeadSize,
                _shape.Window ?? int.MaxValue));
        matrices.Multiply(layer.AttentionOutput, attended, normed, tokens);
        kernels.Add(x, normed);
    }

    private void FeedForward(DeviceLayer layer, int tokens, ArrayView<float> x)
    {
        var normed = _normed.SubView(0, x.Length);
        var gate = _gate.SubView(0, (long)tokens * _shape.FeedForward);
        var up = _up.SubView(0, (long)tokens * _shape.FeedForward);
        _device.Kernels.Norm(x, layer.FeedForwardNorm, normed, _shape.NormEpsilon);
        _device.Matrices.Multiply(layer.Gate, normed, gate, tokens);
        _device.Matrices.Multiply(layer.Up, normed, up, tokens);
        _device.Kernels.SwiGlu(gate, up);
        _device.Matrices.Multiply(layer.Down, gate, normed, tokens);
        _device.Kernels.Add(x, normed);
    }

    private ArrayView<T> Room<T>(long elements)
        where T : unmanaged
    {
        var buffer = _device.Accelerator.Allocate1D<T>(elements);
        _buffers.Add(buffer);
        return buffer.View;
    }
}
