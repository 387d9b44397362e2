using System.Globalization;
using Marketplace.Api.Http;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Reads what a request says of how tokens are chosen.</summary>
internal static class SamplingFields
{
    private static readonly Dictionary<string, double> NoBias = new(StringComparer.Ordinal);

    public static void Check(TextRequest request, Faults faults)
    {
        const double Penalty = SamplingSettings.PenaltyMax;
        Range(faults, "top_p", request.TopP, 0, 1);
        Range(faults, "min_p", request.MinP, 0, 1);
        Range(faults, "presence_penalty", request.PresencePenalty, -Penalty, Penalty);
        Range(faults, "frequency_penalty", request.FrequencyPenalty, -Penalty, Penalty);
        Range(
            faults,
            "repetition_penalty",
            request.RepetitionPenalty,
            SamplingSettings.RepetitionPenaltyMin,
            SamplingSettings.RepetitionPenaltyMax);
        faults.Range("top_k", request.TopK ?? 0, 0, SamplingSettings.TopKMax);
        CheckBias(request.LogitBias ?? NoBias, faults);
    }

    /// <summary>Null where the request changes nothing; ask only for what passed the check.</summary>
    public static SamplingSettings? Read(TextRequest request)
    {
        var plain = SamplingSettings.Plain;
        var settings = new SamplingSettings(
            request.TopK ?? plain.TopK,
            request.TopP ?? plain.TopP,
            request.MinP ?? plain.MinP,
            request.RepetitionPenalty ?? plain.RepetitionPenalty,
            request.PresencePenalty ?? plain.PresencePenalty,
            request.FrequencyPenalty ?? plain.FrequencyPenalty,
            [
                .. (request.LogitBias ?? NoBias)
                    .Select(one => new LogitBias(TokenOf(one.Key)!.Value, (float)one.Value))
                    .OrderBy(bias => bias.Token),
            ]);

        return settings == plain ? null : settings;
    }

    private static void CheckBias(IReadOnlyDictionary<string, double> biases, Faults faults)
    {
        const string Field = "logit_bias";
        faults.Range(Field, biases.Count, 0, LogitBias.CountMax);

        foreach (var (token, bias) in biases.Take(LogitBias.CountMax))
        {
            if (TokenOf(token) is null)
            {
                faults.Add($"{Field}.{token}", "is no token id: a number from 0, without leading zeros");
            }
            else
            {
                Range(faults, $"{Field}.{token}", bias, -LogitBias.Max, LogitBias.Max);
            }
        }
    }

    /// <summary>One way of writing for each token, so that none comes twice.</summary>
    private static int? TokenOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var token)
        && token.ToString(CultureInfo.InvariantCulture) == text
            ? token
            : null;

    private static void Range(Faults faults, string field, double? value, double min, double max)
    {
        if (value is { } given && !(given >= min && given <= max))
        {
            faults.Add(field, string.Create(CultureInfo.InvariantCulture, $"is {given}, allowed are {min} to {max}"));
        }
    }
}
