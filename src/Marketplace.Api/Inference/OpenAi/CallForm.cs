namespace Marketplace.Api.Inference.OpenAi;

/// <summary>How a family of models writes the calls that it wants made.</summary>
/// <param name="Demand">What begins an answer that must be a call.</param>
/// <param name="Arguments">The member of a call that holds its arguments.</param>
/// <param name="Word">What the engine's grammar of calls names the form.</param>
/// <param name="Open">What stands before a call, or before the list of calls; empty for nothing.</param>
/// <param name="Close">What stands behind each call; empty for nothing.</param>
internal sealed record CallForm(string Demand, string Arguments, string Word, string Open = "", string Close = "")
{
    /// <summary>Objects between marks: Hermes and Qwen.</summary>
    public static readonly CallForm Hermes =
        new($"{ToolText.Open}\n", "arguments", "marked", ToolText.Open, ToolText.Close);

    /// <summary>An object alone: Llama 3.1 and later.</summary>
    public static readonly CallForm Llama3 = new(string.Empty, "parameters", BareWord);

    /// <summary>A list behind a mark: Mistral from 7B 0.3 on.</summary>
    public static readonly CallForm Mistral = new("[TOOL_CALLS] [", "arguments", ListedWord, "[TOOL_CALLS]");

    /// <summary>The word of a form whose calls are one list behind a mark.</summary>
    public const string ListedWord = "listed";

    /// <summary>The word of a form without marks, whose calls begin the answer.</summary>
    public const string BareWord = "bare";

    /// <summary>Whether calls have no mark of their own, so that an answer in JSON could be one.</summary>
    public bool IsBare => Word == BareWord;

    /// <summary>The form that a template asks for; null where it is none that is understood here.</summary>
    public static CallForm? Of(string template) => template switch
    {
        _ when template.Contains(ToolText.Open, StringComparison.Ordinal) => Hermes,
        _ when template.Contains("[TOOL_CALLS]", StringComparison.Ordinal) => Mistral,
        _ when template.Contains("<|start_header_id|>", StringComparison.Ordinal)
            && template.Contains("\"parameters\"", StringComparison.Ordinal) => Llama3,
        _ => null,
    };
}
