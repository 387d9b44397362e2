namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// The tokens between which a model of code reads what stands before and behind a gap, to write what is missing:
/// prefix, suffix, then the middle (Bavarian and others 2022). Only where all three are tokens of the model was it
/// trained to.
/// </summary>
/// <param name="Before">Stands before the text before the gap.</param>
/// <param name="Behind">Stands before the text behind the gap.</param>
/// <param name="Middle">After it the model writes what is missing.</param>
internal sealed record MiddleMarks(string Before, string Behind, string Middle)
{
    private static readonly MiddleMarks[] Known =
    [
        new("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
        new("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
        new("<fim-prefix>", "<fim-suffix>", "<fim-middle>"),
        new("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
    ];

    /// <summary>Those of a model, or null where it fills no gaps.</summary>
    public static MiddleMarks? Of(ModelChat chat) => Array.Find(
        Known, marks => IsToken(chat, marks.Before) && IsToken(chat, marks.Behind) && IsToken(chat, marks.Middle));

    /// <summary>The prompt of a gap.</summary>
    public string Write(string before, string behind) => $"{Before}{before}{Behind}{behind}{Middle}";

    private static bool IsToken(ModelChat chat, string text) =>
        chat.Controls.Contains(text, StringComparer.Ordinal) || chat.Marks.Contains(text, StringComparer.Ordinal);
}
