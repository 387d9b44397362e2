using Marketplace.Domain.Inference;

namespace Marketplace.Domain.Verification;

/// <summary>
/// Records of a prompt that is told: one for each of its tokens but the first, before those of the text. What is said
/// of the prompt is read from them alone, and so is under the device's signature.
/// </summary>
public static class LogitPrompt
{
    /// <summary>
    /// Why a commitment tells nothing of the order's prompt, or null; also where nobody asked. Whether what it tells is
    /// true takes the model.
    /// </summary>
    public static string? WhyNone(InferenceOrder order, LogitCommitment commitment)
    {
        if (order is not { TellsPrompt: true, Tokens: { } prompt })
        {
            return null;
        }

        if (commitment.Read() is not { } records || records.Count < order.PromptTold)
        {
            return "the records of the prompt cannot be read";
        }

        for (var at = 0; at < order.PromptTold; at++)
        {
            if (WhyNone(records[at], prompt.Ids[at + 1]) is { } why)
            {
                return $"record {at} of the prompt: {why}";
            }
        }

        return null;
    }

    private static string? WhyNone(LogitRecord record, int token) =>
        record.Token != token ? $"is of token {record.Token}, the prompt has {token}"
        : record.Top.All(one => one.Token != token) ? "does not tell its own token"
        : record.Top.DistinctBy(one => one.Token).Count() != record.Top.Count ? "tells a token twice"
        : record.Top.Any(one => !float.IsFinite(one.Logprob)) ? "a log-probability is no number"
        : null;
}
