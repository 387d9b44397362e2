namespace Marketplace.Domain.Inference;

/// <summary>
/// How the messages of a conversation become a prompt where the model's own template, a Jinja program, is not at hand:
/// the families of known models are recognized by the marks that their templates write.
/// </summary>
public static class ChatFamily
{
    /// <summary>
    /// <c>&lt;|im_start|&gt;role … &lt;|im_end|&gt;</c>: Qwen 3, Hermes, SmolLM, and models without a template.
    /// </summary>
    public const string ChatMl = "chatml";

    /// <summary>ChatML with Qwen 2's system message where there is none.</summary>
    public const string Qwen2 = "qwen2";

    /// <summary>ChatML with Qwen 2.5's system message where there is none.</summary>
    public const string Qwen25 = "qwen2.5";

    /// <summary><c>[INST] &lt;&lt;SYS&gt;&gt; … [/INST]</c>.</summary>
    public const string Llama2 = "llama2";

    /// <summary><c>&lt;|start_header_id|&gt;role&lt;|end_header_id|&gt; … &lt;|eot_id|&gt;</c>.</summary>
    public const string Llama3 = "llama3";

    /// <summary>Llama 3's with a system message that tells the date.</summary>
    public const string Llama31 = "llama3.1";

    /// <summary>
    /// <c>[INST] … [/INST]</c>, the system's message before the first user's: Mistral 7B 0.1 and 0.2.
    /// </summary>
    public const string Mistral = "mistral";

    /// <summary><c>&lt;|role|&gt; … &lt;/s&gt;</c>: Zephyr, TinyLlama's chat model.</summary>
    public const string Zephyr = "zephyr";

    /// <summary>Longest template that is looked at, in characters.</summary>
    public const int TemplateCharactersMax = 256 * 1024;

    /// <summary>The family of a template; null where it is none that is known.</summary>
    public static string? Of(string template) => template.Length > TemplateCharactersMax ? null : template switch
    {
        _ when Has(template, "<|im_start|>") => OfChatMl(template),
        _ when Has(template, "<|start_header_id|>") && Has(template, "<|eot_id|>") => OfLlama3(template),
        _ when Has(template, "[INST]") => OfInstructions(template),
        _ when Has(template, "<|user|>") && Has(template, "<|assistant|>") && Has(template, "eos_token")
            && !Has(template, "<|end|>") => Zephyr,
        _ => null,
    };

    // Marks of ChatML with other words beside them are another family's.
    private static string? OfChatMl(string template) =>
        !Has(template, "<|im_end|>") || Has(template, "<|im_sep|>") ? null
            : Has(template, "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.") ? Qwen25
            : Has(template, "system\\nYou are a helpful assistant") ? Qwen2
            : ChatMl;

    // From 3.2 on the date is that of the day, which a prompt that can be made again cannot have.
    private static string? OfLlama3(string template) => !Has(template, "Cutting Knowledge Date") ? Llama3
        : Has(template, "26 Jul 2024") && !Has(template, "strftime_now") ? Llama31
        : null;

    private static string? OfInstructions(string template) => Has(template, "<<SYS>>") ? Llama2
        : Has(template, " [/INST]") && !Has(template, "[AVAILABLE_TOOLS]") ? Mistral
        : null;

    private static bool Has(string template, string mark) => template.Contains(mark, StringComparison.Ordinal);
}
