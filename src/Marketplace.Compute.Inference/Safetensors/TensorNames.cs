using System.Text.RegularExpressions;

namespace Marketplace.Compute.Inference.Safetensors;

/// <summary>Hugging Face's names of tensors to GGUF's. Source: llama.cpp, gguf-py/tensor_mapping.py.</summary>
internal static partial class TensorNames
{
    private const int MatchMillisecondsMax = 1_000;

    private static readonly Dictionary<string, string> Parts = new(StringComparer.Ordinal)
    {
        ["input_layernorm"] = "attn_norm",
        ["self_attn.q_proj"] = "attn_q",
        ["self_attn.k_proj"] = "attn_k",
        ["self_attn.v_proj"] = "attn_v",
        ["self_attn.o_proj"] = "attn_output",
        ["self_attn.q_norm"] = "attn_q_norm",
        ["self_attn.k_norm"] = "attn_k_norm",
        ["post_attention_layernorm"] = "ffn_norm",
        ["mlp.gate_proj"] = "ffn_gate",
        ["mlp.up_proj"] = "ffn_up",
        ["mlp.down_proj"] = "ffn_down",
    };

    /// <summary>GGUF's name; the same name where there is none; null for what is computed anyway.</summary>
    public static string? Of(string name)
    {
        switch (name)
        {
            case "model.embed_tokens.weight":
                return "token_embd.weight";
            case "model.norm.weight":
                return "output_norm.weight";
            case "lm_head.weight":
                return "output.weight";
        }

        if (name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal))
        {
            return null;
        }

        var match = LayerName().Match(name);

        return match.Success && Parts.TryGetValue(match.Groups["part"].Value, out var part)
            ? $"blk.{match.Groups["layer"].Value}.{part}.{match.Groups["kind"].Value}"
            : name;
    }

    [GeneratedRegex(
        @"^model\.layers\.(?<layer>0|[1-9][0-9]{0,5})\.(?<part>[a-z_.]{1,64})\.(?<kind>weight|bias)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        MatchMillisecondsMax)]
    private static partial Regex LayerName();
}
