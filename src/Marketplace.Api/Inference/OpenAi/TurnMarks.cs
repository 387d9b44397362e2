using System.Runtime.InteropServices;
using Marketplace.Api.Inference.Jinja;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// The marks that tell a model who speaks: its control tokens, and the words that its template writes between turns.
/// One that came with a message would speak in another's role, so it is taken out.
/// </summary>
internal sealed class TurnMarks
{
    /// <summary>Longest mark, in characters: longer tokens than the longest of vocabularies are none.</summary>
    private const int LengthMax = 256;

    // Marks that are ordinary words to some models' tokenizers.
    private static readonly string[] Words =
    [
        "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_CALLS]",
        "[TOOL_RESULTS]", "[/TOOL_RESULTS]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "<start_of_turn>", "<end_of_turn>",
        "<|im_start|>", "<|im_end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<|start_header_id|>",
        "<|end_header_id|>", "<|eot_id|>", "### Instruction:", "### Response:",
    ];

    // Those of ChatML, which models without a template are asked in.
    private static readonly string[] WithoutTemplate = ["<|im_start|>", "<|im_end|>"];

    private readonly HashSet<string> _marks;
    private readonly Dictionary<char, int[]> _lengths;

    private TurnMarks(IEnumerable<string> marks)
    {
        _marks = marks.Where(mark => mark.Length is > 1 and <= LengthMax).ToHashSet(StringComparer.Ordinal);
        _lengths = _marks.GroupBy(mark => mark[^1]).ToDictionary(
            group => group.Key,
            group => group.Select(mark => mark.Length).Distinct().OrderDescending().ToArray());
    }

    /// <summary>The marks of a model.</summary>
    public static TurnMarks Of(ModelChat chat) => new(
    [
        .. chat.Controls,
        .. chat.Marks.Where(IsPiped),
        .. Words.Where(word => Writes(chat.Template, word) || Writes(chat.ToolTemplate, word)),
        .. chat.Template is null ? WithoutTemplate : [],
    ]);

    /// <summary>The text without marks that data has any part in. Taking one out makes no other.</summary>
    public string Without(TaintedText text)
    {
        var (kept, isData) = (new List<char>(text.Length), new List<bool>(text.Length));
        var taint = text.Taint();
        var pending = new Stack<(char One, bool IsData)>();

        for (var at = 0; at < text.Length; at++)
        {
            pending.Push((text.Value[at], taint[at]));

            while (pending.TryPop(out var next))
            {
                kept.Add(next.One);
                isData.Add(next.IsData);

                if (MarkAtEnd(kept, isData) is { } length)
                {
                    Remove(kept, isData, length, pending);
                }
            }
        }

        return new([.. kept]);
    }

    /// <summary>The same of a text that is data altogether.</summary>
    public string Without(string data) => Without(TaintedText.Data(data));

    // Tokens that are no control tokens to their tokenizer and mark turns all the same: DeepSeek's.
    private static bool IsPiped(string mark) => mark.Length > 4
        && ((mark.StartsWith("<|", StringComparison.Ordinal) && mark.EndsWith("|>", StringComparison.Ordinal))
            || (mark.StartsWith("<｜", StringComparison.Ordinal) && mark.EndsWith("｜>", StringComparison.Ordinal)));

    // A template may put a mark together: '<|' + role + '|>'.
    private static bool Writes(string? template, string word) => template is not null
        && (template.Contains(word, StringComparison.Ordinal)
            || (IsPiped(word)
                && (template.Contains("'<|'", StringComparison.Ordinal)
                    || template.Contains("\"<|\"", StringComparison.Ordinal))));

    /// <summary>The length of the longest mark that ends here and that data has a part in; null for none.</summary>
    private int? MarkAtEnd(List<char> kept, List<bool> isData)
    {
        var text = CollectionsMarshal.AsSpan(kept);
        var marks = _marks.GetAlternateLookup<ReadOnlySpan<char>>();

        foreach (var length in _lengths.GetValueOrDefault(text[^1]) ?? [])
        {
            if (length <= text.Length
                && marks.Contains(text[^length..])
                && CollectionsMarshal.AsSpan(isData)[^length..].Contains(true))
            {
                return length;
            }
        }

        return null;
    }

    /// <summary>Takes the data's part of a mark out; the template's own goes through again after it.</summary>
    private static void Remove(
        List<char> kept, List<bool> isData, int length, Stack<(char One, bool IsData)> pending)
    {
        for (var at = 0; at < length; at++)
        {
            if (!isData[^1])
            {
                pending.Push((kept[^1], false));
            }

            kept.RemoveAt(kept.Count - 1);
            isData.RemoveAt(isData.Count - 1);
        }
    }
}
