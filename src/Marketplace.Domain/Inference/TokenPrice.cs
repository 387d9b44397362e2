using System.Text;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Inference;

/// <summary>What text costs: prompt and output tokens at the ask per million, each product floored.</summary>
public static class TokenPrice
{
    private const long Million = 1_000_000;

    /// <summary>Tokens a prompt can have at most: one per byte, with the begin mark and a dummy space.</summary>
    public static long PromptTokensMax(string prompt) => Encoding.UTF8.GetByteCount(prompt) + 2;

    /// <summary>
    /// Tokens that an order is charged for at most before its output; of embeddings and token ids, exactly.
    /// </summary>
    public static long PromptTokensMax(InferenceOrder order) =>
        order.Embedding?.Tokens ?? order.Tokens?.Ids.Count ?? PromptTokensMax(order.Prompt);

    /// <summary>
    /// The most an order can cost at its own price cap; this much is set aside. At least one micro-USDC.
    /// </summary>
    public static Usdc Cap(InferenceOrder order)
    {
        var prompt = order.Needs.Cap.PromptTokens.TimesCeiling(PromptTokensMax(order), Million);
        var output = order.Needs.Cap.OutputTokens.TimesCeiling(order.MaxTokens, Million);

        return Usdc.Max(prompt + output, Usdc.FromMicros(1));
    }

    /// <summary>What was used, at the locked ask; counts beyond what the order allows are not paid.</summary>
    public static Usdc Charge(InferenceOrder order, DeviceAsk ask, long promptTokens, long outputTokens)
    {
        var prompt = Math.Clamp(promptTokens, 0, PromptTokensMax(order));
        var output = Math.Clamp(outputTokens, 0, order.MaxTokens);

        return ask.PromptTokens.TimesFloor(prompt, Million) + ask.OutputTokens.TimesFloor(output, Million);
    }
}
