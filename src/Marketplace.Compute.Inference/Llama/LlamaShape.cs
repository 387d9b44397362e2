using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Llama;

/// <summary>The sizes of a Llama-architecture model (Touvron et al. 2023).</summary>
public sealed record LlamaShape
{
    public required int Dimension { get; init; }

    public required int FeedForward { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    /// <summary>Heads of keys and values; fewer than <see cref="Heads"/> with grouped-query attention.</summary>
    public required int KeyValueHeads { get; init; }

    public required int Vocabulary { get; init; }

    /// <summary>Positions that a sequence may use.</summary>
    public required int Context { get; init; }

    public required float NormEpsilon { get; init; }

    public required float RopeBase { get; init; }

    public int HeadSize => Dimension / Heads;

    public int KeyValueDimension => HeadSize * KeyValueHeads;

    /// <exception cref="ModelFormatException">The metadata describes no such model.</exception>
    public static LlamaShape From(GgufFile file, int vocabulary)
    {
        var architecture = file.Text("general.architecture");

        if (architecture != "llama")
        {
            throw new ModelFormatException($"architecture '{architecture}' is not supported, only 'llama'");
        }

        var heads = file.Number("llama.attention.head_count", 1, ModelLimits.HeadsMax);
        var context = file.Number("llama.context_length", 1, ModelLimits.ContextMax, ModelLimits.ContextFloor);
        var shape = new LlamaShape
        {
            Dimension = file.Number("llama.embedding_length", 1, ModelLimits.DimensionMax),
            FeedForward = file.Number("llama.feed_forward_length", 1, ModelLimits.DimensionMax * 8),
            Layers = file.Number("llama.block_count", 1, ModelLimits.LayersMax),
            Heads = heads,
            KeyValueHeads = file.Number("llama.attention.head_count_kv", 1, heads, heads),
            Vocabulary = vocabulary,
            Context = Math.Max(context, ModelLimits.ContextFloor),
            NormEpsilon = file.Real("llama.attention.layer_norm_rms_epsilon", 1e-12f, 1f, 1e-5f),
            RopeBase = file.Real("llama.rope.freq_base", 1f, 1e9f, 10_000f),
        };

        return shape.Checked(file);
    }

    private LlamaShape Checked(GgufFile file)
    {
        if (Dimension % Heads != 0 || Heads % KeyValueHeads != 0 || HeadSize % 2 != 0)
        {
            throw new ModelFormatException(
                $"dimension {Dimension}, {Heads} heads and {KeyValueHeads} key/value heads do not divide evenly");
        }

        // Stretched positions that are not applied would give other text without a word.
        var scaling = file.FindText("llama.rope.scaling.type") ?? "none";

        if (scaling != "none" || file.FindTensor("rope_freqs.weight") is not null)
        {
            throw new ModelFormatException(
                $"rope scaling is not supported: llama.rope.scaling.type is '{scaling}', allowed is 'none' and no "
                    + "tensor rope_freqs.weight");
        }

        var rotated = file.Number("llama.rope.dimension_count", 1, ModelLimits.DimensionMax, HeadSize);

        return rotated == HeadSize
            ? this
            : throw new ModelFormatException(
                $"rotary positions over {rotated} of {HeadSize} dimensions are not supported");
    }
}
