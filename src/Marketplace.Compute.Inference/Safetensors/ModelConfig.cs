using System.Text.Json;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.ModelFiles;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Compute.Inference.Safetensors;

/// <summary>
/// Hugging Face's <c>config.json</c>. What it asks for and is not done here is refused by name. Source:
/// huggingface/transformers, models/{llama,mistral,qwen2,qwen3}/configuration_*.py and modeling_rope_utils.py.
/// </summary>
internal sealed class ModelConfig(JsonFile file)
{
    private const double FactorMax = 1_024;

    public bool TiesEmbeddings => file.Flag(false, "tie_word_embeddings");

    /// <summary>The tokens that end a text; empty where it does not say.</summary>
    public IReadOnlyList<int> Ends => EndsIn(file);

    public string Architecture => file.Text("model_type") is "llama" or "mistral" or "qwen2" or "qwen3"
        ? file.Text("model_type")!
        : throw new ModelFormatException(
            $"config.json: model_type is '{file.Text("model_type")}', allowed are 'llama', 'mistral', 'qwen2' and "
                + "'qwen3'");

    /// <summary>The end tokens of this file or of <c>generation_config.json</c>.</summary>
    public static IReadOnlyList<int> EndsIn(JsonFile file) =>
        file.Numbers(0, ModelLimits.VocabularyMax - 1, NamedEnds.ListedMax, "eos_token_id");

    public LlamaShape Shape()
    {
        var type = Architecture;
        var isQwen = type is "qwen2" or "qwen3";
        RefuseOthers(isQwen);
        var dimension = file.Number(1, ModelLimits.DimensionMax, null, "hidden_size");
        var heads = file.Number(1, ModelLimits.HeadsMax, null, "num_attention_heads");

        // Qwen 3's default does not follow from its other sizes.
        var fallback = type == "qwen3" ? 128 : Math.Max(dimension / heads, 1);
        var size = file.Number(1, ModelLimits.DimensionMax, fallback, "head_dim");
        var context = file.Number(1, ModelLimits.ContextMax, null, "max_position_embeddings");
        return new LlamaShape
        {
            Dimension = dimension,
            FeedForward = file.Number(1, ModelLimits.DimensionMax * 8, null, "intermediate_size"),
            Layers = file.Number(1, ModelLimits.LayersMax, null, "num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = file.Number(1, heads, heads, "num_key_value_heads"),
            Vocabulary = file.Number(1, ModelLimits.VocabularyMax, null, "vocab_size"),
            Context = context,
            NormEpsilon = (float)file.Real(1e-12, 1, 1e-6, "rms_norm_eps"),
            RopeBase = (float)(file.Find("rope_parameters", "rope_theta").ValueKind == JsonValueKind.Undefined
                ? file.Real(1.001, 1e9, 10_000, "rope_theta")
                : file.Real(1.001, 1e9, 10_000, "rope_parameters", "rope_theta")),
            KeyLength = size * heads == dimension ? null : size,
            RopePairs = RopePairs.Halves,
            RopeScaling = Scaling(context),
            Window = type != "mistral" || file.Find("sliding_window").ValueKind == JsonValueKind.Undefined
                ? null
                : file.Number(1, int.MaxValue, null, "sliding_window"),
        }.Checked();
    }

    private void RefuseOthers(bool isQwen)
    {
        if (file.Text("hidden_act") is { } act && act != "silu")
        {
            throw new ModelFormatException($"config.json: hidden_act is '{act}', allowed is 'silu'");
        }

        // Qwen's window begins at some layer only; its released models do not use it.
        if (isQwen && file.Flag(false, "use_sliding_window"))
        {
            throw new ModelFormatException("config.json: use_sliding_window is true, allowed is false");
        }

        foreach (var field in new[] { "quantization_config", "pruned_heads" })
        {
            if (file.Find(field) is { ValueKind: JsonValueKind.Object } asked && asked.EnumerateObject().Any())
            {
                throw new ModelFormatException($"config.json: {field} is not supported, it must be absent");
            }
        }
    }

    private RopeScaling? Scaling(int context)
    {
        var at = file.Find("rope_parameters").ValueKind == JsonValueKind.Object ? "rope_parameters" : "rope_scaling";
        var type = file.Text(at, "rope_type") ?? file.Text(at, "type") ?? "default";

        foreach (var field in new[] { "mscale", "mscale_all_dim", "partial_rotary_factor" })
        {
            if (file.Find(at, field).ValueKind != JsonValueKind.Undefined)
            {
                throw new ModelFormatException($"rope scaling: config.json: {at}.{field} is not supported");
            }
        }

        double Factor() => file.Real(1, FactorMax, null, at, "factor");
        int Trained(int? fallback) =>
            file.Number(1, ModelLimits.ContextMax, fallback, at, "original_max_position_embeddings");

        return type switch
        {
            "default" => null,
            "linear" => new RopeScaling.Linear(Factor()),
            "llama3" => Llama3(at, Factor(), Trained(null)),
            "yarn" => new RopeScaling.Yarn(
                Factor(),
                Trained(context),
                file.Real(1e-3, 1e6, 32, at, "beta_fast"),
                file.Real(1e-6, 1e6, 1, at, "beta_slow"),
                file.Find(at, "attention_factor").ValueKind == JsonValueKind.Undefined
                    ? null
                    : file.Real(1e-3, FactorMax, null, at, "attention_factor")),
            _ => throw new ModelFormatException(
                $"rope scaling: config.json: {at}.rope_type is '{type}', allowed are 'default', 'linear', 'llama3' and "
                    + "'yarn'"),
        };
    }

    private RopeScaling.Llama3 Llama3(string at, double factor, int trained)
    {
        var low = file.Real(1e-3, 1e6, null, at, "low_freq_factor");
        var high = file.Real(1e-3, 1e6, null, at, "high_freq_factor");

        return low < high
            ? new(factor, low, high, trained)
            : throw new ModelFormatException(
                $"rope scaling: config.json: {at}.low_freq_factor is {low}, allowed is below high_freq_factor, {high}");
    }
}
