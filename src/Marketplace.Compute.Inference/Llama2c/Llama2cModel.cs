using System.Buffers.Binary;
using System.Security.Cryptography;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.ModelFiles;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Compute.Inference.Llama2c;

/// <summary>
/// A <c>.bin</c> of llama2.c, version 0: seven numbers, then F32 arrays, each for all layers in turn. Its tokenizer
/// lies beside it: <c>tok512.bin</c> for a vocabulary of 512, else <c>tokenizer.bin</c>. Source: karpathy/llama2.c,
/// run.c and export.py.
/// </summary>
internal sealed class Llama2cModel : IModelFiles
{
    private const string TokenizerFile = "tokenizer.bin";
    private const int SizedLengthMin = 7;
    private const int HeaderBytes = 28;
    private const uint MagicOfLaterVersions = 0x616B3432;
    private const float NormEpsilon = 1e-5f;
    private const float RopeBase = 10_000f;

    private readonly MappedFile _file;
    private readonly Dictionary<string, StoredTensor> _tensors = new(StringComparer.Ordinal);
    private long _at = HeaderBytes;

    private Llama2cModel(MappedFile file, NamedFiles folder)
    {
        _file = file;
        var isShared = Number(5) > 0;
        Shape = ReadShape();
        Place(isShared);
        var tokenizer = TokenizerOf(folder, Shape.Vocabulary);
        TokenizerBytes = SHA256.HashData(tokenizer);
        Tokenizer = Llama2cTokenizer.Read(tokenizer, Shape.Vocabulary);
    }

    public string Container => "llama2.c";

    public string Architecture => "llama";

    public ITokenizer Tokenizer { get; }

    public LlamaShape Shape { get; }

    public string? ChatTemplate => null;

    public byte[] TokenizerBytes { get; }

    public IReadOnlyCollection<StoredTensor> Tensors => _tensors.Values;

    /// <exception cref="ModelFormatException">The file is no such model.</exception>
    public static Llama2cModel Open(NamedFiles folder, string name)
    {
        // A file that is not there is told by the system, as for any other format.
        var file = MappedFile.Open(folder.Find(name) ?? name, HeaderBytes, "llama2.c");

        try
        {
            return new(file, folder);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file of this name is looked at for the tokenizer.</summary>
    public static bool IsTokenizer(string name) =>
        name == TokenizerFile
        || (name.Length > SizedLengthMin
            && name.StartsWith("tok", StringComparison.Ordinal)
            && name.EndsWith(".bin", StringComparison.Ordinal)
            && name[3..^4].All(char.IsAsciiDigit));

    public StoredTensor? Find(string name) => _tensors.GetValueOrDefault(name);

    public void Dispose() => _file.Dispose();

    private static byte[] TokenizerOf(NamedFiles folder, int vocabulary)
    {
        var sized = FormattableString.Invariant($"tok{vocabulary}.bin");
        return JsonFile.Bytes(folder, folder.Has(sized) ? sized : TokenizerFile, Llama2cTokenizer.BytesMax);
    }

    private LlamaShape ReadShape()
    {
        if (unchecked((uint)Number(0)) == MagicOfLaterVersions)
        {
            throw new ModelFormatException($"llama2.c version {Number(1)} is not supported, only 0", 4);
        }

        var heads = Field("n_heads", 3, ModelLimits.HeadsMax);
        var vocabulary = Number(5);

        if (vocabulary == int.MinValue || Math.Abs(vocabulary) is < 1 or > ModelLimits.VocabularyMax)
        {
            throw new ModelFormatException(
                $"vocab_size is {vocabulary}, allowed are 1 to {ModelLimits.VocabularyMax} and their negatives", 20);
        }

        return new LlamaShape
        {
            Dimension = Field("dim", 0, ModelLimits.DimensionMax),
            FeedForward = Field("hidden_dim", 1, ModelLimits.DimensionMax * 8),
            Layers = Field("n_layers", 2, ModelLimits.LayersMax),
            Heads = heads,
            KeyValueHeads = Field("n_kv_heads", 4, heads),
            Vocabulary = Math.Abs(vocabulary),
            Context = Field("seq_len", 6, ModelLimits.ContextMax),
            NormEpsilon = NormEpsilon,
            RopeBase = RopeBase,
        }.Checked();
    }

    private void Place(bool isShared)
    {
        var (dimension, hidden) = (Shape.Dimension, Shape.FeedForward);
        var keyValue = Shape.KeyValueDimension;
        Add("token_embd.weight", Shape.Vocabulary, dimension);
        AddLayers("attn_norm", 1, dimension);
        AddLayers("attn_q", dimension, dimension);
        AddLayers("attn_k", keyValue, dimension);
        AddLayers("attn_v", keyValue, dimension);
        AddLayers("attn_output", dimension, dimension);
        AddLayers("ffn_norm", 1, dimension);
        AddLayers("ffn_gate", hidden, dimension);
        AddLayers("ffn_down", dimension, hidden);
        AddLayers("ffn_up", hidden, dimension);
        Add("output_norm.weight", 1, dimension);

        // Tables of rotary positions, which engines compute.
        _at += (long)Shape.Context * Shape.HeadSize * sizeof(float);

        if (!isShared)
        {
            Add("output.weight", Shape.Vocabulary, dimension);
        }

        if (_at != _file.Length)
        {
            throw new ModelFormatException($"the file has {_file.Length} bytes, its header asks for {_at}", 0);
        }
    }

    private void AddLayers(string part, int rows, int columns)
    {
        for (var layer = 0; layer < Shape.Layers; layer++)
        {
            Add($"blk.{layer}.{part}.weight", rows, columns);
        }
    }

    private void Add(string name, int rows, int columns)
    {
        var bytes = (long)rows * columns * sizeof(float);

        if (bytes > _file.Length - _at)
        {
            throw new ModelFormatException(
                $"tensor {name} takes {bytes} bytes, the file has {Math.Max(0, _file.Length - _at)} more", _at);
        }

        _tensors.Add(name, new(name, TensorFormat.F32, columns, rows, _at, bytes, _file.Start + (nint)_at));
        _at += bytes;
    }

    private int Field(string name, int index, int max)
    {
        var value = Number(index);

        return value >= 1 && value <= max
            ? value
            : throw new ModelFormatException($"{name} is {value}, allowed are 1 to {max}", index * sizeof(int));
    }

    private unsafe int Number(int index) => BinaryPrimitives.ReadInt32LittleEndian(
        new ReadOnlySpan<byte>((byte*)_file.Start + (index * sizeof(int)), sizeof(int)));
}
