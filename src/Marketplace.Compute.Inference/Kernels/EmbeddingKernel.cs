using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>x[t] = the embedding's row of token t, one thread an element.</summary>
internal static class EmbeddingKernel
{
    public static void Run<TWeights>(TWeights embedding, ArrayView<int> tokens, ArrayView<float> x, int dimension)
        where TWeights : struct, IWeightView
    {
        var thread = Grid.GlobalIndex.X;

        if (thread >= x.IntLength)
        {
            return;
        }

        var token = thread / dimension;
        x[thread] = embedding.At(((long)tokens[token] * dimension) + (thread - (token * dimension)));
    }
}
