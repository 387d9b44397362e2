using System.Text.Json.Nodes;

namespace Marketplace.Compute.Inference.Tests.Architectures;

/// <summary>
/// Logits of a model by plain loops in double precision, written from the papers and from the semantics of Hugging
/// Face's modeling files; it shares no code with the engine. Weights have Hugging Face's names and layout.
/// </summary>
internal sealed class ReferenceForward(JsonObject config, IReadOnlyDictionary<string, float[]> weights)
{
    private readonly string _type = (string)config["model_type"]!;
    private readonly int _dimension = (int)config["hidden_size"]!;
    private readonly int _heads = (int)config["num_attention_heads"]!;
    private readonly int _shared = (int)config["num_key_value_heads"]!;
    private readonly double _epsilon = (double)config["rms_norm_eps"]!;

    private int HeadSize => (int?)config["head_dim"] ?? (_dimension / _heads);

    /// <summary>Logits after every token.</summary>
    public double[][] Logits(int[] tokens)
    {
        var embedding = weights["model.embed_tokens.weight"];
        var x = tokens.Select(token =>
            embedding.Skip(token * _dimension).Take(_dimension).Select(value => (double)value).ToArray()).ToArray();

        for (var layer = 0; layer < (int)config["num_hidden_layers"]!; layer++)
        {
            var name = $"model.layers.{layer}.";
            var attended = Attention(name + "self_attn.", [.. x.Select(v => Norm(v, name + "input_layernorm.weight"))]);
            x = [.. x.Zip(attended, Sum)];
            x = [.. x.Select(v => Sum(v, Gated(name + "mlp.", Norm(v, name + "post_attention_layernorm.weight"))))];
        }

        var isTied = (bool?)config["tie_word_embeddings"] ?? false;
        return
        [
            .. x.Select(v => Linear(
                isTied ? "model.embed_tokens" : "lm_head", Norm(v, "model.norm.weight"))),
        ];
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (left, right) => left + right)];

    private double[] Norm(double[] x, string weight)
    {
        var scale = 1 / Math.Sqrt((x.Sum(value => value * value) / x.Length) + _epsilon);
        return [.. x.Zip(weights[weight], (value, gain) => value * scale * gain)];
    }

    private double[] Linear(string name, double[] x)
    {
        var matrix = weights[name + ".weight"];
        var y = new double[matrix.Length / x.Length];

        for (var row = 0; row < y.Length; row++)
        {
            y[row] = weights.TryGetValue(name + ".bias", out var bias) ? bias[row] : 0;

            for (var column = 0; column < x.Length; column++)
            {
                y[row] += (double)matrix[(row * x.Length) + column] * x[column];
            }
        }

        return y;
    }

    private double[] Gated(string name, double[] x)
    {
        var up = Linear(name + "up_proj", x);
        return Linear(
            name + "down_proj", [.. Linear(name + "gate_proj", x).Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)]);
    }

    private double[][] Attention(string name, double[][] x)
    {
        var queries = x.Select((v, at) => Heads(Linear(name + "q_proj", v), name + "q_norm.weight", at)).ToArray();
        var keys = x.Select((v, at) => Heads(Linear(name + "k_proj", v), name + "k_norm.weight", at)).ToArray();
        var values = x.Select(v => Linear(name + "v_proj", v).Chunk(HeadSize).ToArray()).ToArray();
        var window = _type == "mistral" ? (int?)config["sliding_window"] : null;

        return
        [
            .. x.Select((_, at) =>
            {
                var joined = new List<double>();

                for (var head = 0; head < _heads; head++)
                {
                    var shared = head * _shared / _heads;
                    var seen = Enumerable.Range(0, at + 1).Where(past => window is null || past > at - window).ToArray();
                    var scores = seen.Select(past => Math.Exp(
                        queries[at][head].Zip(keys[past][shared], (q, k) => q * k).Sum() / Math.Sqrt(HeadSize))).ToArray();
                    joined.AddRange(Enumerable.Range(0, HeadSize).Select(element =>
                        seen.Zip(scores, (past, score) => score * values[past][shared][element]).Sum() / scores.Sum()));
                }

                return Linear(name + "o_proj", [.. joined]);
            }),
        ];
    }

    private double[][] Heads(double[] all, string norm, int position) =>
        [.. all.Chunk(HeadSize).Select(head => Rotate(weights.ContainsKey(norm) ? Norm(head, norm) : head, position))];

    /// <summary>x * cos + rotate_half(x) * sin.</summary>
    private double[] Rotate(double[] head, int position)
    {
        var half = head.Length / 2;
        var (speeds, factor) = Speeds(half);
        return
        [
            .. Enumerable.Range(0, head.Length).Select(at =>
            {
                var angle = position * speeds[at % half];
                var rotated = at < half ? -head[at + half] : head[at - half];
                return ((head[at] * Math.Cos(angle)) + (rotated * Math.Sin(angle))) * factor;
            }),
        ];
    }

    /// <summary>modeling_rope_utils.py: inverse frequencies and the factor of cosines and sines.</summary>
    private (double[] Speeds, double Factor) Speeds(int half)
    {
        var theta = (double)config["rope_theta"]!;
        var plain = Enumerable.Range(0, half).Select(pair => Math.Pow(theta, -2.0 * pair / (2 * half))).ToArray();

        if (config["rope_scaling"] is not JsonObject scaling)
        {
            return (plain, 1);
        }

        var factor = (double)scaling["factor"]!;

        switch ((string)scaling["rope_type"]!)
        {
            case "linear":
                return ([.. plain.Select(speed => speed / factor)], 1);
            case "llama3":
                var trained = (double)scaling["original_max_position_embeddings"]!;
                var (low, high) = ((double)scaling["low_freq_factor"]!, (double)scaling["high_freq_factor"]!);
                return ([.. plain.Select(speed =>
                {
                    var wave = 2 * Math.PI / speed;

                    if (wave < trained / high)
                    {
                        return speed;
                    }

                    if (wave > trained / low)
                    {
                        return speed / factor;
                    }

                    var smooth = ((trained / wave) - low) / (high - low);
                    return ((1 - smooth) * speed / factor) + (smooth * speed);
                })], 1);
            default:
                return Yarn(scaling, plain, factor, theta);
        }
    }

    private static (double[] Speeds, double Factor) Yarn(
        JsonObject scaling, double[] plain, double factor, double theta)
    {
        var size = 2 * plain.Length;
        var trained = (double)scaling["original_max_position_embeddings"]!;
        double Find(double turns) => size * Math.Log(trained / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
        var low = Math.Max(Math.Floor(Find((double?)scaling["beta_fast"] ?? 32)), 0);
        var high = Math.Min(Math.Ceiling(Find((double?)scaling["beta_slow"] ?? 1)), size - 1);
        high = low == high ? high + 0.001 : high;
        var speeds = plain.Select((speed, pair) =>
        {
            var extrapolated = 1 - Math.Min(Math.Max((pair - low) / (high - low), 0), 1);
            return (speed / factor * (1 - extrapolated)) + (speed * extrapolated);
        });
        return ([.. speeds], (double?)scaling["attention_factor"] ?? ((0.1 * Math.Log(factor)) + 1));
    }
}
