using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Inference;

namespace Marketplace.Domain.Verification;

/// <summary>How tokens are drawn, as the header of a commitment binds it.</summary>
public static class LogitSampling
{
    /// <summary>
    /// Canonical JSON of all that decides which token is drawn and where the text ends. Numbers that are not whole are
    /// strings in their shortest form that reads back as the same number.
    /// </summary>
    /// <param name="temperature">0 is greedy.</param>
    /// <param name="maxTokens">Tokens at most.</param>
    /// <param name="prefix">Tokens of the text that an earlier attempt had made.</param>
    /// <param name="stop">Strings that end the text.</param>
    /// <param name="settings">What is done to the logits before the draw.</param>
    /// <param name="schema">JSON schema of the text, or null; its SHA-256 is bound.</param>
    /// <param name="calls">
    /// How the text holds calls, or null; its SHA-256 is bound, and nothing is where there is none.
    /// </param>
    /// <param name="tellsPrompt">
    /// Whether the prompt's tokens have records, too; nothing is bound where they have none.
    /// </param>
    public static string Canonical(
        double temperature,
        int maxTokens,
        int prefix,
        IReadOnlyList<string> stop,
        SamplingSettings settings,
        string? schema,
        string? calls = null,
        bool tellsPrompt = false)
    {
        var bound = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["biases"] = List(settings.Biases.Select(one =>
                List([CanonicalJson.Write(one.Token), Number(one.Bias)]))),
            ["frequencyPenalty"] = Number(settings.FrequencyPenalty),
            ["maxTokens"] = CanonicalJson.Write(maxTokens),
            ["minP"] = Number(settings.MinP),
            ["prefix"] = CanonicalJson.Write(prefix),
            ["presencePenalty"] = Number(settings.PresencePenalty),
            ["repetitionPenalty"] = Number(settings.RepetitionPenalty),
            ["schema"] = schema is null ? "null" : CanonicalJson.Write(Hash(schema)),
            ["stop"] = List(stop.Select(CanonicalJson.Write)),
            ["temperature"] = Number(temperature),
            ["topK"] = CanonicalJson.Write(settings.TopK),
            ["topP"] = Number(settings.TopP),
        };

        if (calls is not null)
        {
            bound["calls"] = CanonicalJson.Write(Hash(calls));
        }

        if (tellsPrompt)
        {
            bound["tellsPrompt"] = "true";
        }

        return CanonicalJson.Write(bound);
    }

    private static string List(IEnumerable<string> items) => $"[{string.Join(',', items)}]";

    private static string Number(double value) =>
        CanonicalJson.Write(value.ToString("R", CultureInfo.InvariantCulture));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
