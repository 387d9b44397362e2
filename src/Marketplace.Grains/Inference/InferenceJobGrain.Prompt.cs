using Marketplace.Domain.Inference;

namespace Marketplace.Grains.Inference;

/// <summary>
/// What is charged of a prompt. Who has delivered a token of the text has read the whole prompt, and is paid for that
/// whether the text comes to its end or not.
/// </summary>
internal sealed partial class InferenceJobGrain
{
    private int? _promptTokens;
    private int _cachedTokens;
    private Task? _counting;

    /// <summary>
    /// Prompt tokens that are charged as far as is known; 0 before the current attempt has made a token.
    /// </summary>
    private int PromptNow => job.State.Proof?.PromptTokens ?? (Made() > 0 ? Bounded(_promptTokens ?? 0) : 0);

    /// <summary>
    /// The platform's own count, so that the charge does not rest on the provider's word; that is taken only where the
    /// model's file cannot be read. The model noop counts nothing.
    /// </summary>
    private async Task<int> CountPrompt(int told, CancellationToken cancel)
    {
        if (Order.ModelBytes == 0)
        {
            return 0;
        }

        _promptTokens ??= Order.Tokens?.Ids.Count ?? await prompts.Count(Order.ModelSha256, Order.Prompt, cancel);
        return Bounded(_promptTokens ?? told);
    }

    /// <summary>
    /// Never more than is set aside for the prompt: what is metered is what is charged, and a vocabulary without a
    /// piece for blanks takes three tokens for one.
    /// </summary>
    private int Bounded(int tokens) => (int)Math.Min(tokens, TokenPrice.PromptTokensMax(Order));

    /// <summary>What a device says of the prompt's tokens is held to how many there are.</summary>
    private static int CachedOf(int claimed, int promptTokens) => Math.Clamp(claimed, 0, promptTokens);

    /// <summary>
    /// What a text that is cut short costs. A count that fails keeps nobody from leaving: the prompt is then not
    /// charged.
    /// </summary>
    private async Task<(int Prompt, int Output)> Owed(CancellationToken cancel)
    {
        var made = Made();

        if (made == 0)
        {
            return (0, 0);
        }

        try
        {
            var prompt = await CountPrompt(told: 0, cancel);

            if (_promptTokens is null && Order.ModelBytes > 0)
            {
                LogUncounted(log, null, Id);
            }

            return (prompt, made);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            LogUncounted(log, fault, Id);
            return (0, made);
        }
    }

    /// <summary>
    /// The bill tells the prompt while the text is made. Tried once: the end counts what this could not.
    /// </summary>
    private void BeginCount()
    {
        if (_counting is null && Made() > 0)
        {
            _counting = CountBeside();
        }
    }

    /// <summary>Runs beside the grain's own calls and changes nothing that is stored.</summary>
    private async Task CountBeside()
    {
        try
        {
            await CountPrompt(told: 0, CancellationToken.None);
        }
        catch (Exception fault)
        {
            LogUncounted(log, fault, Id);
        }
    }
}
