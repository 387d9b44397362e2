using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Verification;

namespace Marketplace.Compute.Inference.Generation;

/// <summary>One text in the making. Used by one thread at a time; dispose it to give its memory back.</summary>
public sealed class TextGeneration : IDisposable
{
    private readonly TextDraft _draft;
    private readonly ILlamaSequence _sequence;

    internal TextGeneration(TextDraft draft, ILlamaSequence sequence) => (_draft, _sequence) = (draft, sequence);

    /// <summary>Tokens of the prompt, the begin token included.</summary>
    public IReadOnlyList<int> Prompt => _draft.Size.Prompt;

    /// <summary>Set when the enumeration has ended by itself.</summary>
    public FinishReason? Finish => _draft.Finish;

    /// <summary>
    /// Claims of the prompt's tokens from the second on, where they were asked for; set with the first token, or the
    /// end.
    /// </summary>
    public IReadOnlyList<LogitClaim> PromptClaims => _draft.Prompt;

    /// <summary>The claim of the mark that the model ended the text with; null where it did not.</summary>
    public LogitClaim? EndClaim => _draft.EndClaim;

    /// <summary>Makes the text, token by token; those of the prefix are not given again. Enumerate once.</summary>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled; at most one more token was computed.
    /// </exception>
    public IEnumerable<GeneratedToken> Tokens(CancellationToken cancel)
    {
        if (_draft.WantsPrompt)
        {
            _sequence.AppendAll(_draft.TakePrompt(), (at, logits) =>
            {
                cancel.ThrowIfCancellationRequested();
                _draft.See(at, logits);
            });
        }

        while (_draft.GoesOn())
        {
            cancel.ThrowIfCancellationRequested();

            if (_draft.Draw(_sequence.Append(_draft.Next)) is not { } token)
            {
                yield break;
            }

            yield return token;
        }
    }

    public void Dispose() => _sequence.Dispose();
}
