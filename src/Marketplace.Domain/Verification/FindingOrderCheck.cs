using System.Globalization;
using System.Text.Json;

namespace Marketplace.Domain.Verification;

/// <summary>
/// Follows a cause that needs no numbers from a finding's file: the header that the order asks for is computed again
/// and held to the one under the device's signature, and so is the end to what that header binds.
/// </summary>
internal static class FindingOrderCheck
{
    private const int SamplingMax = 1024 * 1024;
    private const string Stop = "stop";
    private const string Length = "length";

    /// <summary>How the cause follows; null where letters or a schema would be needed to see it.</summary>
    /// <exception cref="ReceiptFault">It does not follow, or what was ordered is not what the device bound.</exception>
    public static string? Shown(ReceiptField finding, ReceiptField ordered, int[] tokens)
    {
        if (finding.Find("commitment") is not { } commitment || finding.Find("result") is not { } result)
        {
            return null;
        }

        var isBound = IsBound(finding, ordered, commitment, result);
        var cause = finding["cause"];

        if (cause.Text() != LogitVerdict.OtherHeader)
        {
            return !isBound ? throw ordered.Fault("is not what the device has committed to")
                : cause.Text() == LogitVerdict.OtherEnd ? ShownEnd(finding, ordered, result, tokens)
                : null;
        }

        return !isBound ? "the device has committed to another header than that of the order"
            : ReadRecords(commitment) is null ? "the device's records hold a token below zero"
            : throw cause.Fault($"is {LogitVerdict.OtherHeader}, and the device has committed to that of the order");
    }

    private static IReadOnlyList<LogitRecord>? ReadRecords(ReceiptField commitment) => new LogitCommitment(
        commitment["header"].Hash(),
        commitment["records"].Base64Upto(LogitCommitment.RecordsMax * LogitRecord.Bytes)).Read();

    /// <summary>Bound to the model's id, or by a device that was not told it to the file.</summary>
    private static bool IsBound(
        ReceiptField finding, ReceiptField ordered, ReceiptField commitment, ReceiptField result)
    {
        var (prompt, told) = (ordered["promptSha256"].Hash(), commitment["header"].Hash());
        var header = new LogitHeader(
            finding["modelSha256"].Text(),
            ordered["profile"].Text(),
            [],
            ordered["sampling"].LongText(SamplingMax),
            Seed(ordered["seed"]),
            finding["work"].Text(),
            result["publicKey"].Text());

        return told.AsSpan().SequenceEqual(header.Hash(prompt))
            || (finding.Find("modelId") is { } id && told.AsSpan().SequenceEqual(
                (header with { Model = id.Text(), IsModelId = true }).Hash(prompt)));
    }

    private static ulong Seed(ReceiptField told) =>
        ulong.TryParse(told.Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : throw told.Fault("must be a whole number in decimal digits");

    /// <summary>
    /// A mark ends a text that has room for more, under the word stop. Without one it ends at a stop string, or where
    /// it has no room, under the word length.
    /// </summary>
    private static string? ShownEnd(ReceiptField finding, ReceiptField ordered, ReceiptField result, int[] tokens)
    {
        var (sampling, finish) = (Sampling(ordered["sampling"]), ordered["finish"].Text());
        var made = result["meter"]["outputTokens"].Whole();

        // Records of a prompt stand before those of its text.
        var marks = tokens.Length - made;
        marks = sampling.Find("tellsPrompt") is null ? marks
            : ordered.Find("isMark") is null ? Math.Min(marks, 0)
            : Math.Min(marks, 1);

        if (marks is not (0 or 1) || marks == 1 != ordered.Find("isMark") is not null)
        {
            throw ordered.Fault($"does not fit to {tokens.Length} tokens of which the device counts {made}");
        }

        var all = finding["from"].Whole() + made;
        var most = Math.Min(sampling["maxTokens"].Whole(), ordered["room"].Whole());
        var hasStops = sampling["stop"].Items(int.MaxValue).Count > 0;
        var hasSchema = !sampling["schema"].IsNull || sampling.Find("calls") is not null;
        var why = all > most ? $"has {all} tokens, and there is room for {most}"
            : marks == 1 ? WhyNoMark(ordered, finish, all, most)
            : finish == Stop ? (hasStops ? null : "says stop, and has neither a mark nor a stop string to end with")
            : finish != Length ? $"says {finish}"
            : all < most && !hasSchema ? $"says length at {all} tokens, and there is room for {most}"
            : null;

        return why is not null ? $"the text {why}"
            : hasStops || hasSchema ? null
            : throw finding["cause"].Fault($"is {LogitVerdict.OtherEnd}, and the text ends where and as it says");
    }

    private static string? WhyNoMark(ReceiptField ordered, string finish, long all, long most) =>
        !ordered["isMark"].Truth() ? "is said to end with a token that ends no text of this model"
        : finish != Stop ? $"ends with a mark, and says {finish}"
        : all >= most ? $"has a mark behind {all} tokens, and there is room for {most}"
        : null;

    private static ReceiptField Sampling(ReceiptField told)
    {
        try
        {
            return new(JsonDocument.Parse(told.LongText(SamplingMax)).RootElement, told.Path);
        }
        catch (JsonException)
        {
            throw told.Fault("must be canonical JSON");
        }
    }
}
