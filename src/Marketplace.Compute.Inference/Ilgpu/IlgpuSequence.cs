using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>One sequence in device memory: a batch of one with a cache of its own.</summary>
internal sealed class IlgpuSequence : ILlamaSequence
{
    /// <summary>Tokens of a prompt that go through the layers together.</summary>
    public const int ChunkMax = 64;

    /// <summary>Logits that are read together where all are wanted.</summary>
    private const int LogitsMax = 8;

    private readonly IlgpuLlama _device;
    private readonly LlamaShape _shape;
    private readonly int _positions;
    private readonly BlockTable _table;
    private readonly DeviceRoom _room;
    private readonly IlgpuForward _forward;
    private bool _disposed;

    /// <summary>To be called within a turn.</summary>
    public IlgpuSequence(IlgpuLlama device, int positions)
    {
        (_device, _shape, _positions, _room) = (device, device.Model.Shape, positions, new(device.Accelerator));
        _table = BlockTable.Alone(positions);
        var chunk = Math.Min(ChunkMax, positions);
        var size = new BatchSize(_table.Blocks.Length, chunk, Math.Min(LogitsMax, chunk));

        try
        {
            _forward = new(device, _room, new(_room, _shape, size.Blocks), size, positions);
        }
        catch
        {
            // Memory that did not suffice must not stay taken.
            _room.Dispose();
            throw;
        }
    }

    public int Length { get; private set; }

    public ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length);
        Check(tokens);

        lock (_device.Turn)
        {
            for (var at = 0; at < tokens.Length; at += ChunkMax)
            {
                var chunk = tokens.Slice(at, Math.Min(ChunkMax, tokens.Length - at));
                Forward(chunk, at + chunk.Length == tokens.Length ? [chunk.Length - 1] : []);
            }
        }

        return _forward.LogitsOf(0);
    }

    public void AppendAll(ReadOnlySpan<int> tokens, LogitVisitor visit)
    {
        Check(tokens);

        for (var at = 0; at < tokens.Length; at += ChunkMax)
        {
            var chunk = tokens.Slice(at, Math.Min(ChunkMax, tokens.Length - at));

            lock (_device.Turn)
            {
                Forward(chunk, []);
            }

            for (var row = 0; row < chunk.Length; row += LogitsMax)
            {
                Visit(at, row, Math.Min(LogitsMax, chunk.Length - row), visit);
            }
        }
    }

    public void Dispose()
    {
        _disposed = true;

        lock (_device.Turn)
        {
            _room.Dispose();
        }
    }

    private void Visit(int at, int first, int count, LogitVisitor visit)
    {
        lock (_device.Turn)
        {
            _forward.Ask([.. Enumerable.Range(first, count)]);
        }

        for (var row = 0; row < count; row++)
        {
            visit(at + first + row, _forward.LogitsOf(row));
        }
    }

    private void Check(ReadOnlySpan<int> tokens)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, _positions - Length);
    }

    private void Forward(ReadOnlySpan<int> tokens, ReadOnlySpan<int> wanted)
    {
        _forward.Run([new(tokens.ToArray(), Length, _table, WantsLogits: true)], wanted);
        Length += tokens.Length;
    }
}
