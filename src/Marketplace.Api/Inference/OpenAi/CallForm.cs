namespace Marketplace.Api.Inference.OpenAi;

/// <summary>How a family of models writes the calls that it wants made.</summary>
/// <param name="Demand">What begins an answer that must be a call.</param>
/// <param name="Arguments">The member of a call that holds its arguments.</param>
internal sealed record CallForm(string Demand, string Arguments)
{
    /// <summary>Objects between marks: Hermes and Qwen.</summary>
    public static readonly CallForm Hermes = new($"{ToolText.Open}\n", "arguments");

    /// <summary>An object alone: Llama 3.1 and later.</summary>
    public static readonly CallForm Llama3 = new(string.Empty, "parameters");

    /// <summary>A list behind a mark: Mistral from 7B 0.3 on.</summary>
    public static readonly CallForm Mistral = new("[TOOL_CALLS] [", "arguments");

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
