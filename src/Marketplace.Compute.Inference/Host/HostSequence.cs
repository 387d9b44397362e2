using System.Numerics.Tensors;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Host;

/// <summary>One sequence on the processor: keys and values as F32, scratch for a chunk of tokens.</summary>
internal sealed class HostSequence : ILlamaSequence
{
    /// <summary>Tokens of a prompt that go through the layers together.</summary>
    public const int ChunkMax = 64;

    private readonly HostLlama _host;
    private readonly LlamaShape _shape;
    private readonly float[][] _keys;
    private readonly float[][] _values;
    private readonly float[] _cosine;
    private readonly float[] _sine;
    private readonly float[] _x;
    private readonly float[] _normed;
    private readonly float[] _query;
    private readonly float[] _key;
    private readonly float[] _value;
    private readonly float[] _attended;
    private readonly float[] _gate;
    private readonly float[] _up;
    private readonly float[] _logits;
    private readonly float[] _scores;
    private readonly int _positions;

    public HostSequence(HostLlama host, int positions)
    {
        (_host, _shape, _positions) = (host, host.Model.Shape, positions);
        var (dimension, keyValue) = (_shape.Dimension, _shape.KeyValueDimension);
        _keys = [.. Enumerable.Range(0, _shape.Layers).Select(_ => new float[(long)positions * keyValue])];
        _values = [.. Enumerable.Range(0, _shape.Layers).Select(_ => new float[(long)positions * keyValue])];
        (_cosine, _sine, _) = host.Model.Rope.AtLeast(positions);
        _x = new float[ChunkMax * dimension];
        _normed = new float[ChunkMax * dimension];
        _query = new float[ChunkMax * dimension];
        _attended = new float[ChunkMax * dimension];
        _key = new float[ChunkMax * keyValue];
        _value = new float[ChunkMax * keyValue];
        _gate = new float[ChunkMax * _shape.FeedForward];
        _up = new float[ChunkMax * _shape.FeedForward];
        _logits = new float[_shape.Vocabulary];
        _scores = new float[(long)_shape.Heads * positions];
    }

    public int Length { get; private set; }

    public ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, _positions - Length);
        var last = 0;

        for (var at = 0; at < tokens.Length; at += ChunkMax)
        {
            var chunk = tokens.Slice(at, Math.Min(ChunkMax, tokens.Length - at));
            Forward(chunk);
            last = chunk.Length - 1;
        }

        var dimension = _shape.Dimension;
        HostOperations.RmsNorm(
            _x.AsSpan(last * dimension, dimension),
            _host.Vector(_host.Model.OutputNorm),
            _shape.NormEpsilon,
            _normed.AsSpan(0, dimension));
        _host.MatrixTimes(_host.Model.Output, _normed, 1, _logits);
        return _logits;
    }

    public void Dispose()
    {
        // Managed memory alone.
    }

    private void Forward(ReadOnlySpan<int> tokens)
    {
        var dimension = _shape.Dimension;

        for (var at = 0; at < tokens.Length; at++)
        {
            HostOperations.Row(
                _host.Model.AddressOf(_host.Model.Embedding),
                _host.Model.Embedding.Format,
                tokens[at],
                _x.AsSpan(at * dimension, dimension));
        }

        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            Attend(_host.Model.Layers[layer], layer, tokens.Length);
            FeedForward(_host.Model.Layers[layer], tokens.Length);
        }

        Length += tokens.Length;
    }

    private void Attend(LlamaLayer layer, int number, int tokens)
    {
        Norm(layer.AttentionNorm, tokens);
        _host.MatrixTimes(layer.Query, _normed, tokens, _query);
        _host.MatrixTimes(layer.Key, _normed, tokens, _key);
        _host.MatrixTimes(layer.Value, _normed, tokens, _value);
        var (dimension, keyValue, half) = (_shape.Dimension, _shape.KeyValueDimension, _shape.HeadSize / 2);

        for (var at = 0; at < tokens; at++)
        {
            var position = Length + at;
            var cosine = _cosine.AsSpan(position * half, half);
            var sine = _sine.AsSpan(position * half, half);
            HostOperations.Rope(_query.AsSpan(at * dimension, dimension), _shape.HeadSize, cosine, sine);
            HostOperations.Rope(_key.AsSpan(at * keyValue, keyValue), _shape.HeadSize, cosine, sine);
            _key.AsSpan(at * keyValue, keyValue).CopyTo(_keys[number].AsSpan(position * keyValue));
            _value.AsSpan(at * keyValue, keyValue).CopyTo(_values[number].AsSpan(position * keyValue));
        }

        _host.Workers.For(_shape.Heads, 1, (from, to) =>
        {
            for (var head = from; head < to; head++)
            {
                for (var at = 0; at < tokens; at++)
                {
                    AttendHead(number, head, at);
                }
            }
        });
        _host.MatrixTimes(layer.AttentionOutput, _attended, tokens, _normed);
        Add(tokens);
    }

    /// <summary>softmax(q · K / sqrt(size)) · V of one head at one position. Vaswani et al. 2017.</summary>
    private void AttendHead(int layer, int head, int at)
    {
        var (size, keyValue) = (_shape.HeadSize, _shape.KeyValueDimension);
        var shared = head / (_shape.Heads / _shape.KeyValueHeads) * size;
        var query = _query.AsSpan((at * _shape.Dimension) + (head * size), size);
        var output = _attended.AsSpan((at * _shape.Dimension) + (head * size), size);
        var scores = _scores.AsSpan(head * _positions, Length + at + 1);
        var scale = 1f / MathF.Sqrt(size);

        for (var position = 0; position < scores.Length; position++)
        {
            scores[position] = TensorPrimitives.Dot(query, _keys[layer].AsSpan((position * keyValue) + shared, size)) * scale;
        }

        HostOperations.SoftMax(scores);
        output.Clear();

        for (var position = 0; position < scores.Length; position++)
        {
            TensorPrimitives.MultiplyAdd(
                _values[layer].AsSpan((position * keyValue) + shared, size), scores[position], output, output);
        }
    }

    private void FeedForward(LlamaLayer layer, int tokens)
    {
        Norm(layer.FeedForwardNorm, tokens);
        _host.MatrixTimes(layer.Gate, _normed, tokens, _gate);
        _host.MatrixTimes(layer.Up, _normed, tokens, _up);
        HostOperations.SwiGlu(_gate.AsSpan(0, tokens * _shape.FeedForward), _up);
        _host.MatrixTimes(layer.Down, _gate, tokens, _normed);
        Add(tokens);
    }

    private void Norm(Gguf.GgufTensor weight, int tokens)
    {
        var dimension = _shape.Dimension;

        for (var at = 0; at < tokens; at++)
        {
            HostOperations.RmsNorm(
                _x.AsSpan(at * dimension, dimension),
                _host.Vector(weight),
                _shape.NormEpsilon,
                _normed.AsSpan(at * dimension, dimension));
        }
    }

    private void Add(int tokens)
    {
        var length = tokens * _shape.Dimension;
        TensorPrimitives.Add(_x.AsSpan(0, length), _normed.AsSpan(0, length), _x.AsSpan(0, length));
    }
}
