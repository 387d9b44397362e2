using System.Security.Cryptography;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Host;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.ModelFiles;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Compute.Inference.Llama2c;

/// <summary>
/// A <c>.bin</c> of llama2.c: a head, then arrays, each for all layers in turn. Those of version 0 are F32; in version
/// 2 matrices are <see cref="GroupedWeights"/>, which are repacked, and norms come first. Its tokenizer lies beside it:
/// <c>tok512.bin</c> for a vocabulary of 512, else <c>tokenizer.bin</c>. Source: karpathy/llama2.c, run.c, runq.c and
/// export.py.
/// </summary>
internal sealed class Llama2cModel : IModelFiles
{
    private const string TokenizerFile = "tokenizer.bin";
    private const int SizedLengthMin = 7;

    private readonly MappedFile _file;
    private readonly Dictionary<string, StoredTensor> _tensors = new(StringComparer.Ordinal);
    private readonly List<(StoredTensor Stored, int Group)> _grouped = [];
    private readonly List<AlignedFloats> _repacked = [];
    private long _at;

    private Llama2cModel(MappedFile file, NamedFiles folder)
    {
        _file = file;
        var header = Llama2cHeader.Read(file);
        (Shape, _at) = (header.Shape, header.Bytes);
        Place(header);
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
        var file = MappedFile.Open(folder.Find(name) ?? name, Llama2cHeader.BytesMin, "llama2.c");

        try
        {
            return new(file, folder);
        }
        catch
        {
            // What was repacked until then is freed by its finalizers.
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

    public void Dispose()
    {
        _file.Dispose();
        _repacked.ForEach(weights => weights.Dispose());
        _repacked.Clear();
    }

    private static byte[] TokenizerOf(NamedFiles folder, int vocabulary)
    {
        var sized = FormattableString.Invariant($"tok{vocabulary}.bin");
        return JsonFile.Bytes(folder, folder.Has(sized) ? sized : TokenizerFile, Llama2cTokenizer.BytesMax);
    }

    private void Place(Llama2cHeader header)
    {
        if (header.GroupSize is { } group)
        {
            PlaceGrouped(group, header.IsShared);
        }
        else
        {
            PlaceFloats(header.IsShared);
        }

        if (_at != _file.Length)
        {
            throw new ModelFormatException($"the file has {_file.Length} bytes, its header asks for {_at}", 0);
        }

        // Only now: a head that lies about the file costs no memory.
        foreach (var (stored, size) in _grouped)
        {
            _tensors[stored.Name] = Repacked(stored, size);
        }
    }

    private void PlaceFloats(bool isShared)
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
    }

    private void PlaceGrouped(int group, bool isShared)
    {
        var (dimension, hidden) = (Shape.Dimension, Shape.FeedForward);
        var keyValue = Shape.KeyValueDimension;
        AddLayers("attn_norm", 1, dimension);
        AddLayers("ffn_norm", 1, dimension);
        Add("output_norm.weight", 1, dimension);
        Add("token_embd.weight", Shape.Vocabulary, dimension, group);
        AddLayers("attn_q", dimension, dimension, group);
        AddLayers("attn_k", keyValue, dimension, group);
        AddLayers("attn_v", keyValue, dimension, group);
        AddLayers("attn_output", dimension, dimension, group);
        AddLayers("ffn_gate", hidden, dimension, group);
        AddLayers("ffn_down", dimension, hidden, group);
        AddLayers("ffn_up", hidden, dimension, group);

        if (!isShared)
        {
            Add("output.weight", Shape.Vocabulary, dimension, group);
        }
    }

    private void AddLayers(string part, int rows, int columns, int? group = null)
    {
        for (var layer = 0; layer < Shape.Layers; layer++)
        {
            Add($"blk.{layer}.{part}.weight", rows, columns, group);
        }
    }

    private void Add(string name, int rows, int columns, int? group = null)
    {
        var weights = (long)rows * columns;

        if (weights % (group ?? 1) != 0)
        {
            throw new ModelFormatException(
                $"tensor {name} has {weights} weights, no multiple of the group size {group}", _at);
        }

        var bytes = group is { } size ? weights + (weights / size * sizeof(float)) : weights * sizeof(float);

        if (bytes > _file.Length - _at)
        {
            throw new ModelFormatException(
                $"tensor {name} takes {bytes} bytes, the file has {Math.Max(0, _file.Length - _at)} more", _at);
        }

        var stored = new StoredTensor(name, TensorFormat.F32, columns, rows, _at, bytes, _file.Start + (nint)_at);
        _tensors.Add(name, stored);
        _at += bytes;

        if (group is { } grouped)
        {
            _grouped.Add((stored, grouped));
        }
    }

    /// <summary>A copy in a format that engines read; its size is bounded by the file's.</summary>
    private unsafe StoredTensor Repacked(StoredTensor stored, int group)
    {
        var weights = new GroupedWeights(stored.Address, (int)stored.Rows, (int)stored.Columns, group);
        var format = weights.Format(stored.Name, stored.Offset);
        var repacked = weights.Repacked(format);
        _repacked.Add(repacked);

        return stored with
        {
            Format = format,
            Bytes = RowFormat.RowBytes(format, stored.Columns) * stored.Rows,
            Address = (nint)repacked.Pointer,
        };
    }
}
