using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Host;

/// <summary>One sequence on the processor: a batch of one with a cache of its own.</summary>
internal sealed unsafe class HostSequence : ILlamaSequence
{
    /// <summary>Tokens of a prompt that go through the layers together.</summary>
    public const int ChunkMax = 64;

    private readonly LlamaShape _shape;
    private readonly int _positions;
    private readonly BlockTable _table;
    private readonly KeyValueBlocks _cache;
    private readonly HostForward _forward;
    private readonly AlignedFloats _logits;
    private bool _disposed;

    public HostSequence(HostLlama host, int positions)
    {
        (_shape, _positions) = (host.Model.Shape, positions);
        _table = BlockTable.Alone(positions);
        _cache = new(_shape, _table.Blocks.Length);
        _forward = new(host, _cache, Math.Min(ChunkMax, positions), positions);
        _logits = new(_shape.Vocabulary);
    }

    public int Length { get; private set; }

    public ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, _positions - Length);
        var last = 0;

        for (var at = 0; at < tokens.Length; at += ChunkMax)
        {
            last = Forward(tokens.Slice(at, Math.Min(ChunkMax, tokens.Length - at))) - 1;
        }

        _forward.Logits([last], _logits.Pointer);
        return _logits.Span;
    }

    public void AppendAll(ReadOnlySpan<int> tokens, LogitVisitor visit)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, _positions - Length);
        int[] rows = [.. Enumerable.Range(0, _forward.RowsMax)];
        using var logits = new AlignedFloats((long)rows.Length * _shape.Vocabulary);

        for (var at = 0; at < tokens.Length; at += ChunkMax)
        {
            var count = Forward(tokens.Slice(at, Math.Min(ChunkMax, tokens.Length - at)));
            _forward.Logits(rows.AsSpan(0, count), logits.Pointer);

            for (var row = 0; row < count; row++)
            {
                visit(at + row, new(logits.Pointer + ((long)row * _shape.Vocabulary), _shape.Vocabulary));
            }
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _forward.Dispose();
        _cache.Dispose();
        _logits.Dispose();
    }

    /// <summary>Answers how many tokens it were.</summary>
    private int Forward(ReadOnlySpan<int> tokens)
    {
        _forward.Run([new(tokens.ToArray(), Length, _table, WantsLogits: true)]);
        Length += tokens.Length;
        return tokens.Length;
    }
}
