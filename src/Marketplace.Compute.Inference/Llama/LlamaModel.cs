using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Compute.Inference.Llama;

/// <summary>
/// A model file with everything checked: tokenizer, shape, and that every tensor is there with the right size. The
/// weights stay in the mapped file. Shared by any number of engines; disposed after them.
/// </summary>
public sealed class LlamaModel : IDisposable
{
    private LlamaModel(GgufFile file)
    {
        File = file;
        Tokenizer = ITokenizer.From(file);
        Shape = LlamaShape.From(file, Tokenizer.Count);
        Embedding = Matrix("token_embd.weight", Shape.Vocabulary, Shape.Dimension);
        OutputNorm = Vector("output_norm.weight", Shape.Dimension);
        Output = file.FindTensor("output.weight") is null
            ? Embedding
            : Matrix("output.weight", Shape.Vocabulary, Shape.Dimension);
        Layers = [.. Enumerable.Range(0, Shape.Layers).Select(Layer)];
        Rope = new RopeTable(Shape);
    }

    public LlamaShape Shape { get; }

    public ITokenizer Tokenizer { get; }

    public GgufTensor Embedding { get; }

    public GgufTensor OutputNorm { get; }

    /// <summary>The classifier; the embedding itself when the model ties them.</summary>
    public GgufTensor Output { get; }

    public IReadOnlyList<LlamaLayer> Layers { get; }

    public long Parameters => File.Tensors.Sum(tensor => tensor.Elements);

    /// <summary>Bytes of weights that one decoded token reads: all but the embedding's other rows.</summary>
    public long BytesPerToken => Layers.Sum(layer =>
        layer.Query.Bytes + layer.Key.Bytes + layer.Value.Bytes + layer.AttentionOutput.Bytes
        + layer.Gate.Bytes + layer.Up.Bytes + layer.Down.Bytes) + Output.Bytes;

    /// <summary>How the matrices are stored.</summary>
    public TensorFormat WeightFormat => Layers[0].Query.Format;

    /// <summary>Whether the file says how messages become a prompt.</summary>
    public bool HasChatTemplate => File.FindText("tokenizer.chat_template") is not null;

    internal GgufFile File { get; }

    internal RopeTable Rope { get; }

    /// <exception cref="ModelFormatException">
    /// The file is no model that can be run; says what is wrong and where.
    /// </exception>
    public static LlamaModel Open(string path)
    {
        var file = GgufFile.Open(path);

        try
        {
            return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => File.Dispose();

    internal nint AddressOf(GgufTensor tensor) => File.AddressOf(tensor);

    private LlamaLayer Layer(int number)
    {
        var (dimension, hidden, keyValue) = (Shape.Dimension, Shape.FeedForward, Shape.KeyValueDimension);
        return new(
            Vector($"blk.{number}.attn_norm.weight", dimension),
            Matrix($"blk.{number}.attn_q.weight", dimension, dimension),
            Matrix($"blk.{number}.attn_k.weight", keyValue, dimension),
            Matrix($"blk.{number}.attn_v.weight", keyValue, dimension),
            Matrix($"blk.{number}.attn_output.weight", dimension, dimension),
            Vector($"blk.{number}.ffn_norm.weight", dimension),
            Matrix($"blk.{number}.ffn_gate.weight", hidden, dimension),
            Matrix($"blk.{number}.ffn_up.weight", hidden, dimension),
            Matrix($"blk.{number}.ffn_down.weight", dimension, hidden));
    }

    private GgufTensor Vector(string name, int length)
    {
        var tensor = File.Tensor(name);

        return tensor.Rows == 1 && tensor.Columns == length && tensor.Format == TensorFormat.F32
            ? tensor
            : throw new ModelFormatException(
                $"tensor {name} is {tensor.Format} {tensor.Rows} x {tensor.Columns}, expected F32 1 x "
                    + $"{length}", tensor.Offset);
    }

    private GgufTensor Matrix(string name, int rows, int columns)
    {
        var tensor = File.Tensor(name);

        return tensor.Rows == rows && tensor.Columns == columns
            ? tensor
            : throw new ModelFormatException(
                $"tensor {name} is {tensor.Rows} x {tensor.Columns}, expected {rows} x {columns}", tensor.Offset);
    }
}
