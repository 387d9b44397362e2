using System.Text;
using System.Text.Json;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// Makes a prompt of messages as a model's family was trained on it, where the model's own template is not at hand. The
/// begin token is the tokenizer's to add. Marks of the family within a message are taken out: what follows one would
/// speak in another's role.
/// </summary>
internal static class ChatPrompt
{
    private const string Qwen25System = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.";
    private const string Qwen2System = "You are a helpful assistant.";
    private const string Llama31System = "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n";

    private static readonly TurnMarks InstructionMarks =
        TurnMarks.Of("[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "<s>", "</s>");

    private static readonly TurnMarks Llama3Marks = TurnMarks.Of(
        "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|eom_id|>", "<|begin_of_text|>", "<|end_of_text|>",
        "<|python_tag|>");

    private static readonly TurnMarks ZephyrMarks =
        TurnMarks.Of("<|system|>", "<|user|>", "<|assistant|>", "<s>", "</s>");

    /// <summary>Whether tools can be told in the family's words.</summary>
    public static bool KnowsTools(string family) =>
        family is ChatFamily.ChatMl or ChatFamily.Qwen2 or ChatFamily.Qwen25;

    /// <summary>The prompt of a conversation of at least one message.</summary>
    /// <param name="family">One of <see cref="ChatFamily"/>.</param>
    /// <param name="messages">The conversation, the oldest first.</param>
    /// <param name="plan">Tools; only where the family knows them.</param>
    /// <param name="marks">Marks of the model that ChatML leaves out of messages besides its own.</param>
    public static string Render(
        string family, IReadOnlyList<ChatMessage> messages, ToolPlan? plan, TurnMarks? marks = null) =>
        family switch
        {
            ChatFamily.Qwen25 => ChatMl.Render(WithSystem(messages, Qwen25System), plan, marks),
            ChatFamily.Qwen2 => ChatMl.Render(WithSystem(messages, Qwen2System), plan, marks),
            ChatFamily.Llama2 => Instructions(
                Turns(messages, InstructionMarks, trims: true), "<<SYS>>\n", "\n<</SYS>>\n\n", " "),
            ChatFamily.Mistral => Instructions(Turns(messages, InstructionMarks, trims: false), "", "\n\n", ""),
            ChatFamily.Llama3 => Llama3(Turns(messages, Llama3Marks, trims: true), null),
            ChatFamily.Llama31 => Llama3(Turns(messages, Llama3Marks, trims: true), Llama31System),
            ChatFamily.Zephyr => Zephyr(Turns(messages, ZephyrMarks, trims: false)),
            _ => ChatMl.Render(messages, plan, marks),
        };

    private static IReadOnlyList<ChatMessage> WithSystem(IReadOnlyList<ChatMessage> messages, string system) =>
        messages[0].Role is "system" or "developer"
            ? messages
            : [new() { Role = "system", Content = JsonSerializer.SerializeToElement(system) }, .. messages];

    /// <summary>
    /// Texts by role. Messages of one role in a row are one turn, as these families were trained on turns that
    /// alternate.
    /// </summary>
    private static List<(string Role, string Text)> Turns(
        IReadOnlyList<ChatMessage> messages, TurnMarks marks, bool trims)
    {
        var turns = new List<(string Role, string Text)>();

        foreach (var message in messages)
        {
            var role = message.Role switch
            {
                "developer" => "system",
                ChatMessage.Tool => "user",
                var own => own,
            };
            var text = marks.Without(message.Text);
            text = trims ? text.Trim() : text;

            if (turns.Count > 0 && turns[^1].Role == role)
            {
                turns[^1] = (role, $"{turns[^1].Text}\n\n{text}");
            }
            else
            {
                turns.Add((role, text));
            }
        }

        return turns;
    }

    /// <summary>Llama 2's and Mistral's: the system's words stand within the first instruction.</summary>
    private static string Instructions(
        List<(string Role, string Text)> turns, string systemBegin, string systemEnd, string beforeAnswer)
    {
        var prompt = new StringBuilder();
        var system = string.Join("\n\n", turns.Where(turn => turn.Role == "system").Select(turn => turn.Text));
        var told = system.Length > 0 ? systemBegin + system + systemEnd : "";
        var isAfterAnswer = false;

        foreach (var (role, text) in turns.Where(turn => turn.Role != "system"))
        {
            if (role == ChatMessage.Assistant)
            {
                prompt.Append(beforeAnswer).Append(text).Append(beforeAnswer).Append("</s>");
                isAfterAnswer = true;
                continue;
            }

            // Llama 2 begins every exchange anew; Mistral only the first, which the tokenizer does.
            prompt.Append(isAfterAnswer && beforeAnswer.Length > 0 ? "<s>" : "")
                .Append("[INST] ").Append(told).Append(text).Append(" [/INST]");
            told = "";
        }

        return told.Length > 0 ? $"[INST] {told} [/INST]{prompt}" : prompt.ToString();
    }

    private static string Llama3(List<(string Role, string Text)> turns, string? system)
    {
        var prompt = new StringBuilder();

        if (system is not null)
        {
            var isOwn = turns[0].Role == "system";
            turns = [("system", system + (isOwn ? turns[0].Text : "")), .. turns.Skip(isOwn ? 1 : 0)];
        }

        foreach (var (role, text) in turns)
        {
            prompt.Append("<|start_header_id|>").Append(role).Append("<|end_header_id|>\n\n").Append(text)
                .Append("<|eot_id|>");
        }

        return prompt.Append("<|start_header_id|>assistant<|end_header_id|>\n\n").ToString();
    }

    private static string Zephyr(List<(string Role, string Text)> turns)
    {
        var prompt = new StringBuilder();

        foreach (var (role, text) in turns)
        {
            prompt.Append("<|").Append(role).Append("|>\n").Append(text).Append("</s>\n");
        }

        return prompt.Append("<|assistant|>\n").ToString();
    }
}
