using System.Threading.Channels;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Verification;

namespace Marketplace.Compute.Inference.Serving;

/// <summary>A text that is made beside others, as its reader sees it.</summary>
public sealed class ServedText
{
    // No more tokens than the model's context holds, so a slow reader holds nobody up and fills no memory.
    private readonly Channel<GeneratedToken> _tokens = Channel.CreateUnbounded<GeneratedToken>(
        new() { SingleReader = true, SingleWriter = true });

    internal ServedText(IReadOnlyList<int> prompt) => Prompt = prompt;

    /// <summary>Tokens of the prompt, the begin token included.</summary>
    public IReadOnlyList<int> Prompt { get; }

    /// <summary>Of these and of the prefix, those whose keys and values were found; set with the first token.</summary>
    public int CachedTokens { get; internal set; }

    /// <summary>Set when the tokens have ended by themselves.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>The claim of the mark that the model ended the text with; null where it did not.</summary>
    public LogitClaim? EndClaim { get; private set; }

    /// <summary>Claims of the prompt's tokens from the second on, where they were asked for; set at the end.</summary>
    public IReadOnlyList<LogitClaim> PromptClaims { get; private set; } = [];

    /// <summary>The tokens as they are made; those of the prefix are not given again. Enumerate once.</summary>
    /// <param name="cancel">Ends the reading only; the token given at the submission ends the text.</param>
    /// <exception cref="OperationCanceledException">The text or the reading was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The engine was closed.</exception>
    public IAsyncEnumerable<GeneratedToken> Tokens(CancellationToken cancel) => _tokens.Reader.ReadAllAsync(cancel);

    internal void Give(GeneratedToken token) => _tokens.Writer.TryWrite(token);

    internal void End(TextDraft draft)
    {
        (Finish, EndClaim, PromptClaims) = (draft.Finish, draft.EndClaim, draft.Prompt);
        _tokens.Writer.TryComplete();
    }

    internal void Fail(Exception fault) => _tokens.Writer.TryComplete(fault);
}
