using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Grains.Inference;

/// <summary>
/// A prompt whose log-probabilities are told. What the renter reads of it is what its device has signed: records of its
/// tokens stand before those of the text, and are checked with them.
/// </summary>
internal sealed partial class InferenceJobGrain
{
    private IReadOnlyList<Token>? _prompt;

    /// <summary>What a delivery tells of the prompt; null where nobody asked.</summary>
    /// <exception cref="IOException">The model's vocabulary cannot be read now.</exception>
    private async Task<IReadOnlyList<Token>?> ToldOf(TextDelivery delivery, CancellationToken cancel)
    {
        if (!Order.TellsPrompt || Order.Tokens is not { } prompt || delivery.Commitment?.Read() is not { } records)
        {
            return null;
        }

        return await prompts.Tell(
                Order.ModelSha256, prompt, [.. records.Take(Order.PromptTold)], Order.Logprobs ?? 0, cancel)
            ?? throw new IOException($"The vocabulary of {Order.Model} cannot be read.");
    }

    /// <summary>
    /// Whoever makes a text with such a prompt makes all of it: records of two devices would not be of one text. The
    /// seed gives the next one the same tokens.
    /// </summary>
    private void BeginAnew()
    {
        if (Order.TellsPrompt)
        {
            _tokens.Clear();
            _textBytes = 0;
        }
    }

    /// <summary>What a check is held to: of a text that was cut short nothing is claimed, nor of its prompt.</summary>
    private InferenceOrder OrderOf(JobProof proof) =>
        proof.Claim is null ? Order with { TellsPrompt = false } : Order;
}
