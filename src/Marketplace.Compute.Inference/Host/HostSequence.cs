using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.ModelFiles;

namespace Marketplace.Compute.Inference.Host;

/// <summary>One sequence on the processor: keys and values as F32, scratch for a chunk of tokens.</summary>
internal sealed unsafe class HostSequence : ILlamaSequence
{
    /// <summary>Tokens of a prompt that go through the layers together.</summary>
    public const int ChunkMax = 64;

    private readonly HostLlama _host;
    private readonly LlamaModel _model;
    private readonly LlamaShape _shape;
    private readonly RopeTable.Angles _angles;
    private readonly int _positions;
    private readonly List<AlignedFloats> _memory = [];
    private readonly float*[] _keys;
    private readonly float*[] _values;
    private readonly float* _x;
    private readonly float* _normed;
    private readonly float* _query;
    private readonly float* _key;
    private readonly float* _value;
    private readonly float* _attended;
    private readonly float* _gate;
    private readonly float* _up;
    private readonly float* _scores;
    private readonly float* _logits;

    public HostSequence(HostLlama host, int positions)
    {
        (_host, _model, _shape, _positions) = (host, host.Model, host.Model.Shape, positions);
        _angles = _model.Rope.AtLeast(positions);
        var chunk = Math.Min(ChunkMax, positions);
        (_keys, _values) = (new float*[_shape.Layers], new float*[_shape.Layers]);

        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            _keys[layer] = Room((long)positions * _shape.KeyValueDimension);
            _values[layer] = Room((long)positions * _shape.KeyValueDimension);
        }

        _x = Room((long)chunk * _shape.Dimension);
        _normed = Room((long)chunk * _shape.Dimension);
        _query = Room((long)chunk * _shape.QueryDimension);
        _attended = Room((long)chunk * _shape.QueryDimension);
        _key = Room((long)chunk * _shape.KeyValueDimension);
        _value = Room((long)chunk * _shape.KeyValueDimension);
        _gate = Room((long)chunk * _shape.FeedForward);
        _up = Room((long)chunk * _shape.FeedForward);
        _scores = Room((long)chunk * _shape.Heads * positions);
        _logits = Room(_shape.Vocabulary);
    }

    public int Length { get; private set; }

    public ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens)
    {
        ObjectDisposedException.ThrowIf(_memory.Count == 0, this);
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, _positions - Length);
        var last = 0;

        for (var at = 0; at < tokens.Length; at += ChunkMax)
        {
            var chunk = tokens.Slice(at, Math.Min(ChunkMax, tokens.Length - at));
            Forward(chunk);
            last = chunk.Length - 1;
        }

        var x = _x + ((long)last * _shape.Dimension);
        VectorOperations.RmsNorm(x, Floats(_model.OutputNorm), _shape.Dimension, _shape.NormEpsilon, _normed);
        _host.Multiply([Matrix(_model.Output, _logits)], _normed, 1);
        return new(_logits, _shape.Vocabulary);
    }

    public void AppendAll(ReadOnlySpan<int> tokens, LogitVisitor visit)
    {
        ObjectDisposedException.ThrowIf(_memory.Count == 0, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, _positions - Length);
        using var logits = new AlignedFloats((long)Math.Min(ChunkMax, _positions) * _shape.Vocabulary);

        for (var at = 0; at < tokens.Length; at += ChunkMax)
        {
            var chunk = tokens.Slice(at, Math.Min(ChunkMax, tokens.Length - at));
            Forward(chunk);
            NormAll(_model.OutputNorm, chunk.Length);
            _host.Multiply([Matrix(_model.Output, logits.Pointer)], _normed, chunk.Length);

            for (var row = 0; row < chunk.Length; row++)
            {
                visit(at + row, new(logits.Pointer + ((long)row * _shape.Vocabulary), _shape.Vocabulary));
            }
        }
    }

    public void Dispose()
    {
        _memory.ForEach(memory => memory.Dispose());
        _memory.Clear();
    }

    private void Forward(ReadOnlySpan<int> tokens)
    {
        var embedding = _model.Embedding;
        var dimension = _shape.Dimension;

        for (var at = 0; at < tokens.Length; at++)
        {
            VectorOperations.Row(
                _model.AddressOf(embedding), embedding.Format, tokens[at], _x + ((long)at * dimension), dimension);
        }

        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            Attend(_model.Layers[layer], layer, tokens.Length);
            FeedForward(_model.Layers[layer], tokens.Length);
        }

        Length += tokens.Length;
    }

    private void Attend(LlamaLayer layer, int number, int tokens)
    {
        NormAll(layer.AttentionNorm, tokens);
        _host.Multiply(
            [Matrix(layer.Query, _query), Matrix(layer.Key, _key), Matrix(layer.Value, _value)], _normed, tokens);
        Prepare(layer, tokens);
        Remember(number, tokens);
        _host.Attend(new()
        {
            Query = _query,
            Keys = _keys[number],
            Values = _values[number],
            Scores = _scores,
            Output = _attended,
            Positions = _positions,
            Tokens = tokens,
            First = Length,
            Heads = _shape.Heads,
            SharedHeads = _shape.KeyValueHeads,
            HeadSize = _shape.HeadSize,
            Window = _shape.Window ?? int.MaxValue,
        });
        _host.Multiply([Matrix(layer.AttentionOutput, _normed)], _attended, tokens);
        VectorOperations.Add(_x, _normed, tokens * _shape.Dimension);
    }

    /// <summary>Biases of queries, keys and values, then the norms of queries and keys, head by head.</summary>
    private void Prepare(LlamaLayer layer, int tokens)
    {
        AddBias(layer.QueryBias, _query, _shape.QueryDimension, tokens);
        AddBias(layer.KeyBias, _key, _shape.KeyValueDimension, tokens);
        AddBias(layer.ValueBias, _value, _shape.KeyValueDimension, tokens);
        NormHeads(layer.QueryNorm, _query, tokens * _shape.Heads);
        NormHeads(layer.KeyNorm, _key, tokens * _shape.KeyValueHeads);
    }

    private void AddBias(StoredTensor? bias, float* x, int length, int tokens)
    {
        for (var at = 0L; bias is not null && at < tokens; at++)
        {
            VectorOperations.Add(x + (at * length), Floats(bias), length);
        }
    }

    private void NormHeads(StoredTensor? weight, float* x, int heads)
    {
        for (var head = 0L; weight is not null && head < heads; head++)
        {
            var at = x + (head * _shape.HeadSize);
            VectorOperations.RmsNorm(at, Floats(weight), _shape.HeadSize, _shape.NormEpsilon, at);
        }
    }

    /// <summary>
    /// Turns queries and keys to their positions and puts keys and values into the cache, head by head.
    /// </summary>
    private void Remember(int layer, int tokens)
    {
        var (width, size, half) = (_shape.KeyValueDimension, _shape.HeadSize, _shape.HeadSize / 2);

        for (var at = 0; at < tokens; at++)
        {
            var position = Length + at;
            var cosine = _angles.Cosine.AsSpan(position * half, half);
            var sine = _angles.Sine.AsSpan(position * half, half);
            var query = _query + ((long)at * _shape.QueryDimension);
            VectorOperations.Rope(query, _shape.QueryDimension, cosine, sine, _shape.RopePairs);
            VectorOperations.Rope(_key + ((long)at * width), width, cosine, sine, _shape.RopePairs);

            for (var head = 0; head < _shape.KeyValueHeads; head++)
            {
                var from = ((long)at * width) + (head * size);
                var to = (((long)head * _positions) + position) * size;
                new ReadOnlySpan<float>(_key + from, size).CopyTo(new Span<float>(_keys[layer] + to, size));
                new ReadOnlySpan<float>(_value + from, size).CopyTo(new Span<float>(_values[layer] + to, size));
            }
        }
    }

    private void FeedForward(LlamaLayer layer, int tokens)
    {
        NormAll(layer.FeedForwardNorm, tokens);
        _host.MultiplyGated([Matrix(layer.Gate, _gate), Matrix(layer.Up, _up)], _normed, tokens);
        _host.Multiply([Matrix(layer.Down, _normed)], _gate, tokens);
        VectorOperations.Add(_x, _normed, tokens * _shape.Dimension);
    }

    private void NormAll(StoredTensor weight, int tokens)
    {
        var dimension = _shape.Dimension;

        for (var at = 0L; at < tokens; at++)
        {
            VectorOperations.RmsNorm(
                _x + (at * dimension), Floats(weight), dimension, _shape.NormEpsilon, _normed + (at * dimension));
        }
    }

    private float* Floats(StoredTensor tensor) => (float*)_model.AddressOf(tensor);

    private HostMatrix Matrix(StoredTensor tensor, float* output) => HostMatrix.Of(_model, tensor, (nint)output);

    private float* Room(long floats)
    {
        var memory = new AlignedFloats(floats);
        _memory.Add(memory);
        return memory.Pointer;
    }
}
