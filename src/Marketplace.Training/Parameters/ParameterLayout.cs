using Marketplace.Compute.Inference.Llama;
using Marketplace.Training.Corpus;

namespace Marketplace.Training.Parameters;

/// <summary>
/// All parameters of a model in one array; gradients and the optimizer's moments lie the same way. The classifier is
/// the embedding (Press and Wolf 2017).
/// </summary>
internal sealed class ParameterLayout
{
    private const float Spread = 0.02f;

    private readonly List<ParameterTensor> _tensors = [];

    public ParameterLayout(LlamaShape shape)
    {
        Shape = shape;
        Embedding = Add("token_embd.weight", shape.Vocabulary, shape.Dimension);
        Layers = [.. Enumerable.Range(0, shape.Layers).Select(Layer)];
        OutputNorm = Add("output_norm.weight", 1, shape.Dimension);
    }

    public LlamaShape Shape { get; }

    public ParameterTensor Embedding { get; }

    public IReadOnlyList<LayerParameters> Layers { get; }

    public ParameterTensor OutputNorm { get; }

    public IReadOnlyList<ParameterTensor> Tensors => _tensors;

    /// <summary>Parameters in all.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Normal of deviation 0.02, those that write into the residual less by the square root of their number
    /// (Radford et al. 2019); norms are ones.
    /// </summary>
    public float[] Initial(int seed)
    {
        var parameters = new float[Count];
        var draw = new StoryDraw((ulong)seed);
        var residual = Spread / MathF.Sqrt(2 * Shape.Layers);

        foreach (var tensor in _tensors)
        {
            var writes = tensor.Name.Contains("attn_output", StringComparison.Ordinal)
                || tensor.Name.Contains("ffn_down", StringComparison.Ordinal);

            foreach (ref var value in tensor.Of(parameters))
            {
                value = tensor.IsMatrix ? draw.Normal() * (writes ? residual : Spread) : 1;
            }
        }

        return parameters;
    }

    /// <summary>Every matrix turned about, [in, out], at the same place.</summary>
    public void Transpose(float[] parameters, float[] transposed)
    {
        foreach (var tensor in _tensors.Where(tensor => tensor.IsMatrix))
        {
            var from = tensor.Of(parameters);
            var to = tensor.Of(transposed);

            for (var row = 0; row < tensor.Rows; row++)
            {
                for (var column = 0; column < tensor.Columns; column++)
                {
                    to[(column * tensor.Rows) + row] = from[(row * tensor.Columns) + column];
                }
            }
        }
    }

    private LayerParameters Layer(int number)
    {
        var (dimension, hidden) = (Shape.Dimension, Shape.FeedForward);
        return new(
            Add($"blk.{number}.attn_norm.weight", 1, dimension),
            Add($"blk.{number}.attn_q.weight", Shape.QueryDimension, dimension),
            Add($"blk.{number}.attn_k.weight", Shape.KeyValueDimension, dimension),
            Add($"blk.{number}.attn_v.weight", Shape.KeyValueDimension, dimension),
            Add($"blk.{number}.attn_output.weight", dimension, Shape.QueryDimension),
            Add($"blk.{number}.ffn_norm.weight", 1, dimension),
            Add($"blk.{number}.ffn_gate.weight", hidden, dimension),
            Add($"blk.{number}.ffn_up.weight", hidden, dimension),
            Add($"blk.{number}.ffn_down.weight", dimension, hidden));
    }

    private ParameterTensor Add(string name, int rows, int columns)
    {
        var tensor = new ParameterTensor(name, rows, columns, Count);
        _tensors.Add(tensor);
        Count = checked(Count + tensor.Length);
        return tensor;
    }
}
