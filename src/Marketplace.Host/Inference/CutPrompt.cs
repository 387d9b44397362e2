using Marketplace.Compute.Inference.Tokenizers;
using Marketplace.Domain.Inference;

namespace Marketplace.Host.Inference;

/// <summary>A prompt that the platform cuts into tokens itself, part by part.</summary>
internal static class CutPrompt
{
    /// <summary>None where the model lacks a mark.</summary>
    public static IReadOnlyList<int> Of(ITokenizer tokenizer, IReadOnlyList<PromptPart> parts)
    {
        if (parts is [{ Kind: PromptPartKind.Text, Text: var whole }])
        {
            return tokenizer.Encode(whole);
        }

        List<int> tokens = tokenizer.AddsBegin ? [tokenizer.Begin] : [];

        foreach (var part in parts)
        {
            if (TokensOf(tokenizer, part) is not { } own)
            {
                return [];
            }

            tokens.AddRange(own);
        }

        return tokens;
    }

    private static IEnumerable<int>? TokensOf(ITokenizer tokenizer, PromptPart part) => part.Kind switch
    {
        PromptPartKind.Text when part.Text.Length == 0 => [],
        PromptPartKind.Text => tokenizer.Encode(part.Text).Skip(tokenizer.AddsBegin ? 1 : 0),
        PromptPartKind.Continued => tokenizer.Continue(part.Text),
        _ => tokenizer.Marks.FirstOrDefault(mark => mark.Text == part.Text) is { Text: not null } mark
            ? [mark.Id]
            : null,
    };
}
