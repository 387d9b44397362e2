using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Host;

/// <summary>A model on the processor: weights straight from the mapped file.</summary>
internal sealed class HostLlama(LlamaModel model, HostWorkers workers) : ILlamaBackend
{
    /// <summary>Multiplications below which handing over costs more than it brings.</summary>
    private const long AloneBelow = 32 * 1024;

    /// <summary>Bytes of weights that a worker takes at a time: long enough for the processor to read ahead.</summary>
    private const int GrainBytes = 64 * 1024;

    /// <summary>
    /// Grains for each worker at least, so that one that is held up keeps the others waiting but shortly.
    /// </summary>
    private const int GrainsPerWorker = 4;

    public LlamaModel Model => model;

    public ILlamaSequence NewSequence(int positions) => new HostSequence(this, positions);

    public ILlamaBatch NewBatch(BatchSize size) => new HostBatch(this, size);

    public ILlamaStates NewStates(StatesSize size) => new HostStates(this, size);

    public IReadOnlyList<MatrixPath> MatrixPaths => [];

    public long? BytesLeft => null;

    /// <summary>Work on the numbers below a count, shared among the workers.</summary>
    public void Share(int count, Action<int, int> work) => workers.For(count, 1, work);

    public void Dispose()
    {
        // Model and workers belong to the caller.
    }

    /// <summary>Up to three matrices of equally long rows times the same vectors.</summary>
    public unsafe void Multiply(ReadOnlySpan<HostMatrix> matrices, float* x, int vectors)
    {
        var rows = 0;

        foreach (var matrix in matrices)
        {
            rows += matrix.Rows;
        }

        fixed (HostMatrix* first = matrices)
        {
            Share(rows, matrices[0], vectors, new ProductBody(first, matrices.Length, x, vectors));
        }
    }

    /// <summary>silu(gate · x) * (up · x) into the gate's output.</summary>
    public unsafe void MultiplyGated(ReadOnlySpan<HostMatrix> gateAndUp, float* x, int vectors)
    {
        fixed (HostMatrix* first = gateAndUp)
        {
            Share(gateAndUp[0].Rows, gateAndUp[0], 2 * vectors, new GatedBody(first, x, vectors));
        }
    }

    /// <summary>Every head of every token.</summary>
    /// <param name="body">The tokens and where things lie.</param>
    /// <param name="seen">Positions that the longest sequence sees.</param>
    public void Attend(AttentionBody body, int seen)
    {
        var numbers = body.Heads / body.Together * body.Tokens;
        var perNumber = 2L * body.HeadSize * body.Together * seen;
        workers.For(numbers, (int)Math.Clamp(AloneBelow / 2 / perNumber, 1, numbers), body);
    }

    /// <summary>
    /// Heads that attend together: of those that share keys and values as many as leave every worker its grains.
    /// </summary>
    public int Together(int tokens, LlamaShape shape)
    {
        var shared = shape.Heads / shape.KeyValueHeads;
        var together = shared;

        while (together > 1
            && (shared % together != 0 || shape.Heads / together * tokens < workers.Threads * GrainsPerWorker))
        {
            together--;
        }

        return together;
    }

    private void Share<TBody>(int rows, HostMatrix like, int vectors, TBody body)
        where TBody : struct, IRangeBody
    {
        if ((long)rows * like.Columns * vectors < AloneBelow)
        {
            body.Run(0, rows);
            return;
        }

        var bytes = RowFormat.RowBytes(like.Format, like.Columns);
        var grain = Math.Min(GrainBytes / bytes, rows / ((long)workers.Threads * GrainsPerWorker));
        workers.For(
            rows, (int)Math.Max(DotKernel.RowsPerRange, grain / DotKernel.RowsPerRange * DotKernel.RowsPerRange), body);
    }
}
