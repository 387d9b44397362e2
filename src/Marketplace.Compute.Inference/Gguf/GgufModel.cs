using Marketplace.Compute.Inference.Embeddings;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.ModelFiles;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Compute.Inference.Gguf;

/// <summary>
/// A model as one GGUF file. Keys of the metadata: ggml, docs/gguf.md; llama.cpp, gguf-py/constants.py.
/// </summary>
internal sealed class GgufModel : IModelFiles
{
    private const float FactorMax = 1_024;
    private const string FrequencyFactors = "rope_freqs.weight";

    private readonly GgufFile _file;
    private readonly string _architecture;

    private GgufModel(GgufFile file)
    {
        _file = file;
        _architecture = file.Text("general.architecture");

        if (_architecture is not ("llama" or "mistral" or "qwen2" or "qwen3"))
        {
            throw new ModelFormatException(
                $"architecture '{_architecture}' is not supported, allowed are 'llama', 'mistral', 'qwen2' and "
                    + "'qwen3'");
        }

        Tokenizer = ITokenizer.From(file);
        Shape = ReadShape(Tokenizer.Count);
    }

    public string Container => "gguf";

    public string Architecture => _architecture;

    public ITokenizer Tokenizer { get; }

    public LlamaShape Shape { get; }

    public string? ChatTemplate => _file.FindText(GgufFile.ChatTemplateKey);

    public string? ToolTemplate => _file.FindText(GgufFile.ToolTemplateKey);

    public EmbeddingRule EmbeddingRule => EmbeddingRule.From(_file);

    public Pooling? Pooling => EmbeddingRule.PoolingOf(_file);

    public byte[] TokenizerBytes => MetadataBytes.Of(_file.Metadata, "tokenizer.ggml.");

    public IReadOnlyCollection<StoredTensor> Tensors => _file.Tensors;

    public static GgufModel Open(string path)
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

    public StoredTensor? Find(string name) => _file.FindTensor(name);

    public void Dispose() => _file.Dispose();

    private string Key(string name) => $"{_architecture}.{name}";

    private LlamaShape ReadShape(int vocabulary)
    {
        var dimension = _file.Number(Key("embedding_length"), 1, ModelLimits.DimensionMax);
        var heads = _file.Number(Key("attention.head_count"), 1, ModelLimits.HeadsMax);
        var share = Math.Max(dimension / heads, 1);
        var size = _file.Number(Key("attention.key_length"), 1, ModelLimits.DimensionMax, share);
        var context = _file.Number(Key("context_length"), 1, ModelLimits.ContextMax, ModelLimits.ContextFloor);
        Expect("attention.value_length", size, "attention.key_length", share);
        var rotated = _file.Number(Key("rope.dimension_count"), 1, ModelLimits.DimensionMax, size);
        var windows = _file.Number(Key("attention.sliding_window"), 0, int.MaxValue, 0);

        var shape = new LlamaShape
        {
            Dimension = dimension,
            FeedForward = _file.Number(Key("feed_forward_length"), 1, ModelLimits.DimensionMax * 8),
            Layers = _file.Number(Key("block_count"), 1, ModelLimits.LayersMax),
            Heads = heads,
            KeyValueHeads = _file.Number(Key("attention.head_count_kv"), 1, heads, heads),
            Vocabulary = vocabulary,
            Context = Math.Max(context, ModelLimits.ContextFloor),
            NormEpsilon = _file.Real(Key("attention.layer_norm_rms_epsilon"), 1e-12f, 1f, 1e-5f),
            RopeBase = _file.Real(Key("rope.freq_base"), 1.001f, 1e9f, 10_000f),
            KeyLength = dimension % heads == 0 && size == share
                ? null
                : _file.Metadata.ContainsKey(Key("attention.key_length")) ? size : null,
            RopePairs = _architecture is "qwen2" or "qwen3" ? RopePairs.Halves : RopePairs.Interleaved,
            RopeScaling = ReadScaling(size, context),
            Window = windows == 0 ? null : windows,
        }.Checked();

        return rotated == size
            ? shape
            : throw new ModelFormatException(
                $"rotary positions over {rotated} of {size} dimensions are not supported");
    }

    private void Expect(string name, int size, string other, int fallback)
    {
        var found = _file.Number(Key(name), 1, ModelLimits.DimensionMax, fallback);

        if (found != size && _file.Metadata.ContainsKey(Key(name)))
        {
            throw new ModelFormatException($"metadata {Key(name)} is {found}, allowed is {Key(other)}, {size}");
        }
    }

    private RopeScaling? ReadScaling(int size, int context)
    {
        var type = _file.FindText(Key("rope.scaling.type")) ?? "none";
        var factor = _file.Real(Key("rope.scaling.factor"), 1e-3f, FactorMax, 1f);
        var trained = _file.Number(
            Key("rope.scaling.original_context_length"), 1, ModelLimits.ContextMax, context);

        // Stretched positions that are not applied would give other text without a word.
        RopeScaling? scaling = type switch
        {
            "none" => null,
            "linear" => new RopeScaling.Linear(factor),
            "yarn" => new RopeScaling.Yarn(
                factor,
                trained,
                _file.Real(Key("rope.scaling.yarn_beta_fast"), 1e-3f, 1e6f, 32f),
                _file.Real(Key("rope.scaling.yarn_beta_slow"), 1e-6f, 1e6f, 1f),
                _file.Metadata.ContainsKey(Key("rope.scaling.attn_factor"))
                    ? _file.Real(Key("rope.scaling.attn_factor"), 1e-3f, FactorMax, 1f)
                        * ((0.1 * Math.Log(factor)) + 1)
                    : null),
            _ => throw new ModelFormatException(
                $"rope scaling: metadata {Key("rope.scaling.type")} is '{type}', allowed are 'none', 'linear' and "
                    + "'yarn'"),
        };

        if (_file.FindTensor(FrequencyFactors) is not { } factors)
        {
            return scaling;
        }

        if (scaling is not null || factors.Format != TensorFormat.F32 || factors.Elements != size / 2)
        {
            throw new ModelFormatException(
                $"tensor {FrequencyFactors} is {factors.Format} of {factors.Elements}, expected F32 of {size / 2} and "
                    + $"{Key("rope.scaling.type")} 'none', not '{type}'",
                factors.Offset);
        }

        var divisors = new float[size / 2];
        RowFormat.Decode(TensorFormat.F32, factors.Row(0), divisors);

        return Array.TrueForAll(divisors, divisor => divisor is > 0 and < float.PositiveInfinity)
            ? new RopeScaling.PerPair(divisors)
            : throw new ModelFormatException($"tensor {FrequencyFactors} holds a divisor that is not above 0",
                factors.Offset);
    }
}
