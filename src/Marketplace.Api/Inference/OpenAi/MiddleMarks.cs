using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// The tokens between which a model of code reads what stands before and behind a gap, to write what is missing
/// (Bavarian and others 2022). Only where all of them are tokens of the model was it trained to.
/// </summary>
/// <param name="Before">Stands before the text before the gap.</param>
/// <param name="Behind">Stands before the text behind the gap.</param>
/// <param name="Middle">Where what is missing begins; in the order of <see cref="IsBehindFirst"/> not written.</param>
internal sealed record MiddleMarks(string Before, string Behind, string Middle)
{
    private static readonly MiddleMarks[] Known =
    [
        new("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
        new("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
        new("<fim-prefix>", "<fim-suffix>", "<fim-middle>"),
        new("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),

        // CodeLlama, as Meta's codellama generates: infilling_prompt_tokens.
        new("▁<PRE>", "▁<SUF>", "▁<MID>") { IsInParts = true },

        // Codestral, as mistral-common's tokenizers encode a FIMRequest.
        new("[PREFIX]", "[SUFFIX]", "[MIDDLE]") { IsInParts = true, IsBehindFirst = true },
    ];

    /// <summary>
    /// Whether each part is cut into tokens on its own, since the one behind the gap begins without the space that
    /// their tokenizers put before a text: such a prompt is ordered by its ids.
    /// </summary>
    public bool IsInParts { get; private init; }

    /// <summary>
    /// Whether what is behind the gap comes first, so that the model just goes on with what is before it.
    /// </summary>
    public bool IsBehindFirst { get; private init; }

    /// <summary>Those of a model, or null where it fills no gaps.</summary>
    public static MiddleMarks? Of(ModelChat chat) => Array.Find(
        Known, marks => IsToken(chat, marks.Before) && IsToken(chat, marks.Behind) && IsToken(chat, marks.Middle));

    /// <summary>The prompt of a gap, as people read it and, unless it is in parts, as the model does.</summary>
    public string Write(string before, string behind) =>
        string.Concat(Parts(before, behind).Select(part => part.Text));

    /// <summary>The parts of a prompt of a gap.</summary>
    public IReadOnlyList<PromptPart> Parts(string before, string behind)
    {
        PromptPart[] first = [new(Before, PromptPartKind.Mark), new(before, PromptPartKind.Text)];
        PromptPart[] last = [new(Behind, PromptPartKind.Mark), new(behind, PromptPartKind.Continued)];

        return IsBehindFirst ? [.. last, .. first] : [.. first, .. last, new(Middle, PromptPartKind.Mark)];
    }

    private static bool IsToken(ModelChat chat, string text) =>
        chat.Controls.Contains(text, StringComparer.Ordinal) || chat.Marks.Contains(text, StringComparer.Ordinal);
}
