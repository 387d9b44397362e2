using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.ModelFiles;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// Tokens through the layers, of one sequence or of several at once: one pass over the weights for all of them. Every
/// sum of a token has one order, so its bits depend on neither its neighbours nor on how its sequence was cut into
/// calls. Used by one thread at a time.
/// </summary>
internal sealed unsafe class HostForward : IDisposable
{
    private readonly HostLlama _host;
    private readonly LlamaModel _model;
    private readonly LlamaShape _shape;
    private readonly KeyValueBlocks _cache;
    private readonly RopeTable.Angles _angles;
    private readonly AttentionRow[] _rows;
    private readonly List<AlignedFloats> _memory = [];
    private readonly float* _x;
    private readonly float* _normed;
    private readonly float* _query;
    private readonly float* _key;
    private readonly float* _value;
    private readonly float* _attended;
    private readonly float* _gate;
    private readonly float* _up;

    /// <param name="host">The model.</param>
    /// <param name="cache">Where keys and values go; the caller's to dispose.</param>
    /// <param name="rows">Tokens of one call at most.</param>
    /// <param name="positions">Positions of one sequence at most.</param>
    public HostForward(HostLlama host, KeyValueBlocks cache, int rows, int positions)
    {
        (_host, _model, _shape, _cache) = (host, host.Model, host.Model.Shape, cache);
        _angles = _model.Rope.AtLeast(positions);
        _rows = GC.AllocateArray<AttentionRow>(rows, pinned: true);
        _x = Room((long)rows * _shape.Dimension);
        _normed = Room((long)rows * _shape.Dimension);
        _query = Room((long)rows * _shape.QueryDimension);
        _attended = Room((long)rows * _shape.QueryDimension);
        _key = Room((long)rows * _shape.KeyValueDimension);
        _value = Room((long)rows * _shape.KeyValueDimension);
        _gate = Room((long)rows * _shape.FeedForward);
        _up = Room((long)rows * _shape.FeedForward);
    }

    public int RowsMax => _rows.Length;

    /// <summary>
    /// All tokens of all slices, one after the other; <see cref="Logits"/> asks of them by their row.
    /// </summary>
    public void Run(ReadOnlySpan<BatchSlice> slices)
    {
        ObjectDisposedException.ThrowIf(_memory.Count == 0, this);
        var (rows, seen) = (0, 0);

        foreach (var slice in slices)
        {
            var end = slice.First + slice.Tokens.Length;
            ArgumentOutOfRangeException.ThrowIfGreaterThan(end, slice.Table.Room, nameof(slices));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(end, _angles.Positions, nameof(slices));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(rows + slice.Tokens.Length, RowsMax, nameof(slices));
            Embed(slice, rows);
            rows += slice.Tokens.Length;
            seen = Math.Max(seen, end);
        }

        for (var layer = 0; layer < _shape.Layers && rows > 0; layer++)
        {
            Attend(_model.Layers[layer], layer, rows, seen);
            FeedForward(_model.Layers[layer], rows);
        }
    }

    /// <summary>Logits after some of the tokens of the last call.</summary>
    /// <param name="rows">Which; at most <see cref="RowsMax"/>.</param>
    /// <param name="logits">[rows][vocabulary].</param>
    public void Logits(ReadOnlySpan<int> rows, float* logits)
    {
        if (rows.Length > 0)
        {
            Hidden(rows, _normed);
            _host.Multiply([Matrix(_model.Output, logits)], _normed, rows.Length);
        }
    }

    /// <summary>What the last layer and its norm make of some of the tokens of the last call.</summary>
    /// <param name="rows">Which; at most <see cref="RowsMax"/>.</param>
    /// <param name="states">[rows][dimension].</param>
    public void Hidden(ReadOnlySpan<int> rows, float* states)
    {
        for (var at = 0; at < rows.Length; at++)
        {
            VectorOperations.RmsNorm(
                _x + ((long)rows[at] * _shape.Dimension),
                Floats(_model.OutputNorm),
                _shape.Dimension,
                _shape.NormEpsilon,
                states + ((long)at * _shape.Dimension));
        }
    }

    public void Dispose()
    {
        _memory.ForEach(memory => memory.Dispose());
        _memory.Clear();
    }

    private void Embed(BatchSlice slice, int row)
    {
        var embedding = _model.Embedding;
        var dimension = _shape.Dimension;
        var tokens = slice.Tokens.Span;

        for (var at = 0; at < tokens.Length; at++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(
                (uint)tokens[at], (uint)_shape.Vocabulary, nameof(slice));
            _rows[row + at] = new(slice.Table.Pointer, slice.First + at);
            VectorOperations.Row(
                _model.AddressOf(embedding),
                embedding.Format,
                tokens[at],
                _x + ((long)(row + at) * dimension),
                dimension);
        }
    }

    private void Attend(LlamaLayer layer, int number, int rows, int seen)
    {
        NormAll(layer.AttentionNorm, rows);
        _host.Multiply(
            [Matrix(layer.Query, _query), Matrix(layer.Key, _key), Matrix(layer.Value, _value)], _normed, rows);
        Prepare(layer, rows);
        Remember(number, rows);
        var body = new AttentionBody
        {
            Query = _query,
            Keys = _cache.Keys(number),
            Values = _cache.Values(number),
            Stride = _cache.Stride,
            Rows = (AttentionRow*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_rows)),
            Tokens = rows,
            Output = _attended,
            Heads = _shape.Heads,
            SharedHeads = _shape.KeyValueHeads,
            HeadSize = _shape.HeadSize,
            Window = _shape.Window ?? int.MaxValue,
            Together = _host.Together(rows, _shape),
        };
        _host.Attend(body, seen);
        _host.Multiply([Matrix(layer.AttentionOutput, _normed)], _attended, rows);
        VectorOperations.Add(_x, _normed, rows * _shape.Dimension);
    }

    /// <summary>Biases of queries, keys and values, then the norms of queries and keys, head by head.</summary>
    private void Prepare(LlamaLayer layer, int rows)
    {
        AddBias(layer.QueryBias, _query, _shape.QueryDimension, rows);
        AddBias(layer.KeyBias, _key, _shape.KeyValueDimension, rows);
        AddBias(layer.ValueBias, _value, _shape.KeyValueDimension, rows);
        NormHeads(layer.QueryNorm, _query, rows * _shape.Heads);
        NormHeads(layer.KeyNorm, _key, rows * _shape.KeyValueHeads);
    }

    private void AddBias(StoredTensor? bias, float* x, int length, int rows)
    {
        for (var at = 0L; bias is not null && at < rows; at++)
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
    /// Turns queries and keys to their positions and puts keys and values into their blocks, head by head.
    /// </summary>
    private void Remember(int layer, int rows)
    {
        var (width, size, half) = (_shape.KeyValueDimension, _shape.HeadSize, _shape.HeadSize / 2);

        for (var at = 0; at < rows; at++)
        {
            var row = _rows[at];
            var cosine = _angles.Cosine.AsSpan(row.Position * half, half);
            var sine = _angles.Sine.AsSpan(row.Position * half, half);
            var query = _query + ((long)at * _shape.QueryDimension);
            VectorOperations.Rope(query, _shape.QueryDimension, cosine, sine, _shape.RopePairs);
            VectorOperations.Rope(_key + ((long)at * width), width, cosine, sine, _shape.RopePairs);
            var (block, within) = (row.Position / BlockTable.Positions, row.Position % BlockTable.Positions);
            var begin = row.Blocks[block] * _cache.Stride;

            for (var head = 0; head < _shape.KeyValueHeads; head++)
            {
                var from = ((long)at * width) + (head * size);
                var to = begin + ((((long)head * BlockTable.Positions) + within) * size);
                new ReadOnlySpan<float>(_key + from, size).CopyTo(new Span<float>(_cache.Keys(layer) + to, size));
                new ReadOnlySpan<float>(_value + from, size).CopyTo(new Span<float>(_cache.Values(layer) + to, size));
            }
        }
    }

    private void FeedForward(LlamaLayer layer, int rows)
    {
        NormAll(layer.FeedForwardNorm, rows);
        _host.MultiplyGated([Matrix(layer.Gate, _gate), Matrix(layer.Up, _up)], _normed, rows);
        _host.Multiply([Matrix(layer.Down, _normed)], _gate, rows);
        VectorOperations.Add(_x, _normed, rows * _shape.Dimension);
    }

    private void NormAll(StoredTensor weight, int rows)
    {
        var dimension = _shape.Dimension;

        for (var at = 0L; at < rows; at++)
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
