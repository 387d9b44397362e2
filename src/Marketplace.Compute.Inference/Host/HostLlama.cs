using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Host;

/// <summary>A model on the processor: weights straight from the mapped file.</summary>
internal sealed class HostLlama(LlamaModel model, HostWorkers workers) : ILlamaBackend
{
    /// <summary>Rows handed to a worker at a time.</summary>
    private const int RowGrain = 16;

    public LlamaModel Model => model;

    public HostWorkers Workers => workers;

    public ILlamaSequence NewSequence(int positions) => new HostSequence(this, positions);

    public void Dispose()
    {
        // Model and workers belong to the caller.
    }

    /// <summary>y[v] = matrix · x[v] for every vector, rows shared out among the workers.</summary>
    public unsafe void MatrixTimes(GgufTensor matrix, float[] x, int vectors, float[] y)
    {
        var weights = model.AddressOf(matrix);
        var columns = (int)matrix.Columns;
        var rows = (int)matrix.Rows;

        workers.For(rows, RowGrain, (from, to) =>
        {
            fixed (float* input = x)
            fixed (float* output = y)
            {
                DotKernel.Rows((byte*)weights, matrix.Format, columns, from, to, input, vectors, output, rows);
            }
        });
    }

    public unsafe ReadOnlySpan<float> Vector(GgufTensor vector) =>
        new((float*)model.AddressOf(vector), (int)vector.Columns);
}
