using Marketplace.Api.Inference.Jinja;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// The marks that tell a model who speaks: its control tokens, and the words that its template writes between turns.
/// One that came with a message would speak in another's role, so it is taken out.
/// </summary>
internal sealed class TurnMarks
{
    /// <summary>
    /// Characters looked at for every one of a text, and besides. Marks may be anything that a model's maker thought
    /// of, and what is the template's own goes through again each time that a mark falls out of it.
    /// </summary>
    private const int StepsPerCharacter = 16;

    private const int StepsFree = 64 * 1024;

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

    // The marks from their ends, character by character.
    private readonly Ending _endings = new();

    private TurnMarks(IEnumerable<string> marks)
    {
        foreach (var mark in marks.Where(mark => mark.Length is > 1 and <= LengthMax))
        {
            var ending = _endings;

            for (var at = mark.Length - 1; at >= 0; at--)
            {
                ending = ending.Add(Folded(mark[at]));
            }

            ending.IsMark = true;
        }
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
    /// <exception cref="TurnMarksException">It takes too long.</exception>
    public string Without(TaintedText text)
    {
        var steps = StepsFree + (StepsPerCharacter * (long)text.Length);
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

                if (MarkAtEnd(kept, isData, ref steps) is { } length)
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

    // SentencePiece writes spaces as this, so that marks with either are one mark to it.
    private static char Folded(char one) => one == ' ' ? '\u2581' : one;

    /// <summary>The length of the longest mark that ends here and that data has a part in; null for none.</summary>
    private int? MarkAtEnd(List<char> kept, List<bool> isData, ref long steps)
    {
        var ending = _endings;
        var hasData = false;
        int? longest = null;

        for (var length = 1; length <= kept.Count; length++)
        {
            if (--steps < 0)
            {
                throw new TurnMarksException();
            }

            if (ending.Find(Folded(kept[^length])) is not { } longer)
            {
                break;
            }

            ending = longer;
            hasData |= isData[^length];
            longest = ending.IsMark && hasData ? length : longest;
        }

        return longest;
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

    /// <summary>What several marks may have in common at their end.</summary>
    private sealed class Ending
    {
        private readonly Dictionary<char, Ending> _before = [];

        /// <summary>Whether it is all of a mark.</summary>
        public bool IsMark { get; set; }

        public Ending? Find(char one) => _before.GetValueOrDefault(one);

        public Ending Add(char one) => Find(one) ?? (_before[one] = new());
    }
}
