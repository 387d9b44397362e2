using Marketplace.Compute.Inference.Embeddings;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Host;
using Marketplace.Compute.Inference.ModelFiles;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Compute.Inference.Llama;

/// <summary>
/// A model with everything checked: tokenizer, shape, that every tensor is there with the right size, and that there
/// is no other. The weights stay in the mapped files. Shared by any number of engines; disposed after them.
/// </summary>
public sealed class LlamaModel : IDisposable
{
    private const string RopeFactors = "rope_freqs.weight";

    private readonly IModelFiles _files;
    private readonly List<AlignedFloats> _widened = [];
    private readonly HashSet<string> _used = new(StringComparer.Ordinal) { RopeFactors };
    private readonly Lazy<ModelId> _id;
    private bool _disposed;

    private LlamaModel(IModelFiles files)
    {
        _files = files;
        (Tokenizer, Shape) = (files.Tokenizer, files.Shape);
        Embedding = Matrix("token_embd.weight", Shape.Vocabulary, Shape.Dimension);
        OutputNorm = Vector("output_norm.weight", Shape.Dimension);
        Output = files.Find("output.weight") is null
            ? Embedding
            : Matrix("output.weight", Shape.Vocabulary, Shape.Dimension);
        Layers = [.. Enumerable.Range(0, Shape.Layers).Select(Layer)];
        Rope = new RopeTable(Shape);
        _id = new(() => ModelId.Of(files));
        RefuseUnused();
        RefuseLongTokens();
    }

    public LlamaShape Shape { get; }

    public ITokenizer Tokenizer { get; }

    public StoredTensor Embedding { get; }

    public StoredTensor OutputNorm { get; }

    /// <summary>The classifier; the embedding itself when the model ties them.</summary>
    public StoredTensor Output { get; }

    public IReadOnlyList<LlamaLayer> Layers { get; }

    /// <summary>Format of the files: <c>gguf</c>, <c>safetensors</c> or <c>llama2.c</c>.</summary>
    public string Container => _files.Container;

    /// <summary><c>llama</c>, <c>mistral</c>, <c>qwen2</c> or <c>qwen3</c>.</summary>
    public string Architecture => _files.Architecture;

    public long Parameters => _files.Tensors.Sum(tensor => tensor.Elements);

    /// <summary>Bytes of weights that one decoded token reads: all but the embedding's other rows.</summary>
    public long BytesPerToken => Layers.Sum(layer =>
        layer.Query.Bytes + layer.Key.Bytes + layer.Value.Bytes + layer.AttentionOutput.Bytes
        + layer.Gate.Bytes + layer.Up.Bytes + layer.Down.Bytes) + Output.Bytes;

    /// <summary>How the matrices are stored.</summary>
    public TensorFormat WeightFormat => Layers[0].Query.Format;

    /// <summary>What the files say of how messages become a prompt, a Jinja template; null where nothing.</summary>
    public string? ChatTemplate => _files.ChatTemplate;

    /// <summary>The same for conversations with tools, where the files have a template of its own for them.</summary>
    public string? ToolTemplate => _files.ToolTemplate;

    /// <summary>How the model makes a vector of a text.</summary>
    /// <exception cref="ModelFormatException">It makes none.</exception>
    public EmbeddingRule EmbeddingRule => _files.EmbeddingRule;

    /// <summary>
    /// Names these weights, this tokenizer and this template for ever; the first call reads every byte.
    /// </summary>
    public ModelId Id => _id.Value;

    internal RopeTable Rope { get; }

    /// <summary>Opens a model of any supported format.</summary>
    /// <param name="path">
    /// A GGUF; a <c>.bin</c> of llama2.c; a folder of Hugging Face's layout, or its <c>.safetensors</c> or
    /// <c>.safetensors.index.json</c>.
    /// </param>
    /// <exception cref="ModelFormatException">
    /// The file is no model that can be run; says what is wrong and where.
    /// </exception>
    public static LlamaModel Open(string path) => Open(IModelFiles.Open(path));

    /// <summary>Opens a model of several files by their names, wherever they lie; all of them must be of use.</summary>
    /// <param name="files">
    /// Path by name: Hugging Face's <c>config.json</c>, <c>tokenizer.json</c> and <c>.safetensors</c>, or a
    /// <c>.bin</c> of llama2.c and that of its tokenizer.
    /// </param>
    /// <exception cref="ModelFormatException">
    /// They are no model that can be run; says what is wrong, in which file and where.
    /// </exception>
    public static LlamaModel Open(IReadOnlyDictionary<string, string> files) => Open(IModelFiles.Open(files));

    private static LlamaModel Open(IModelFiles files)
    {
        try
        {
            return new(files);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _files.Dispose();
        _widened.ForEach(floats => floats.Dispose());
        _widened.Clear();
    }

    internal nint AddressOf(StoredTensor tensor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return tensor.Address;
    }

    private LlamaLayer Layer(int number)
    {
        var (dimension, hidden) = (Shape.Dimension, Shape.FeedForward);
        var (query, keyValue) = (Shape.QueryDimension, Shape.KeyValueDimension);
        var layer = new LlamaLayer(
            Vector($"blk.{number}.attn_norm.weight", dimension),
            Matrix($"blk.{number}.attn_q.weight", query, dimension),
            Matrix($"blk.{number}.attn_k.weight", keyValue, dimension),
            Matrix($"blk.{number}.attn_v.weight", keyValue, dimension),
            Matrix($"blk.{number}.attn_output.weight", dimension, query),
            Vector($"blk.{number}.ffn_norm.weight", dimension),
            Matrix($"blk.{number}.ffn_gate.weight", hidden, dimension),
            Matrix($"blk.{number}.ffn_up.weight", hidden, dimension),
            Matrix($"blk.{number}.ffn_down.weight", dimension, hidden))
        {
            QueryBias = OfKind("qwen2", $"blk.{number}.attn_q.bias", query),
            KeyBias = OfKind("qwen2", $"blk.{number}.attn_k.bias", keyValue),
            ValueBias = OfKind("qwen2", $"blk.{number}.attn_v.bias", keyValue),
            QueryNorm = OfKind("qwen3", $"blk.{number}.attn_q_norm.weight", Shape.HeadSize),
            KeyNorm = OfKind("qwen3", $"blk.{number}.attn_k_norm.weight", Shape.HeadSize),
        };

        return (layer.QueryNorm is null) == (layer.KeyNorm is null)
            ? layer
            : throw new ModelFormatException($"blk.{number} has only one of attn_q_norm.weight and attn_k_norm.weight");
    }

    /// <summary>
    /// A vector that one architecture lives by and others may have: left out there, the model would write other text
    /// without a word.
    /// </summary>
    private StoredTensor? OfKind(string architecture, string name, int length) =>
        _files.Find(name) is not null ? Vector(name, length)
        : Architecture != architecture ? null
        : throw new ModelFormatException($"tensor {name} is missing: every layer of {architecture} has it");

    private StoredTensor Vector(string name, int length)
    {
        var tensor = Required(name);

        if (tensor.Rows != 1 || tensor.Columns != length || RowFormat.BlockElements(tensor.Format) != 1)
        {
            throw new ModelFormatException(
                $"tensor {name} is {tensor.Format} {tensor.Rows} x {tensor.Columns}, expected F32, F16 or BF16 1 x "
                    + $"{length}", tensor.Offset);
        }

        return tensor.Format == TensorFormat.F32 && tensor.Address % sizeof(float) == 0 ? tensor : Widened(tensor);
    }

    /// <summary>A copy as floats: engines read vectors as such.</summary>
    private unsafe StoredTensor Widened(StoredTensor tensor)
    {
        var floats = new AlignedFloats(tensor.Columns);
        _widened.Add(floats);
        RowFormat.Decode(tensor.Format, tensor.Row(0), floats.Span);
        return tensor with
        {
            Format = TensorFormat.F32,
            Bytes = tensor.Columns * sizeof(float),
            Address = (nint)floats.Pointer,
        };
    }

    private StoredTensor Matrix(string name, int rows, int columns)
    {
        var tensor = Required(name);

        return tensor.Rows == rows && tensor.Columns == columns
            ? tensor
            : throw new ModelFormatException(
                $"tensor {name} is {tensor.Rows} x {tensor.Columns}, expected {rows} x {columns}", tensor.Offset);
    }

    private StoredTensor Required(string name)
    {
        var tensor = _files.Find(name) ?? throw new ModelFormatException($"tensor {name} is missing");
        _used.Add(tensor.Name);
        return tensor;
    }

    private void RefuseLongTokens()
    {
        for (var token = 0; token < Tokenizer.Count; token++)
        {
            if (Tokenizer.Decode(token, isFirst: false).Length is var bytes and > ModelLimits.TokenBytesMax)
            {
                throw new ModelFormatException(
                    $"token {token} has {bytes} bytes, allowed are {ModelLimits.TokenBytesMax}");
            }
        }
    }

    /// <summary>A tensor that is not applied, such as a bias, would give other text without a word.</summary>
    private void RefuseUnused()
    {
        if (_files.Tensors.FirstOrDefault(tensor => !_used.Contains(tensor.Name)) is { } unused)
        {
            throw new ModelFormatException($"tensor {unused.Name} is not part of this architecture", unused.Offset);
        }
    }
}
