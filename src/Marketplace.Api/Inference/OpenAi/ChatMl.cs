using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// Makes a prompt of messages in ChatML, which is what models without a chat template of their own are asked in (as
/// llama.cpp's server does).
/// </summary>
internal static class ChatMl
{
    private const string Begin = "<|im_start|>";
    private const string End = "<|im_end|>";

    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private const string Tools = """


        You may call functions. These are their signatures:
        <tools>
        {0}
        </tools>
        To call one, write an object with its name and its arguments between these marks:
        <tool_call>
        {{"name": "…", "arguments": {{…}}}}
        </tool_call>
        """;

    private static readonly CompositeFormat ToolsFormat =
        CompositeFormat.Parse(Tools.ReplaceLineEndings("\n"));

    /// <summary>Every message between its marks, then the mark of the answer to come.</summary>
    /// <param name="messages">The conversation, the oldest first.</param>
    /// <param name="plan">
    /// The tools, told at the end of the system's message as the Hermes and Qwen families expect; where a call is
    /// demanded, its mark is the beginning of the answer.
    /// </param>
    /// <param name="marks">
    /// Those of the model, ChatML's among them: one within a message would end it, and what follows would speak in
    /// another's role.
    /// </param>
    public static string Render(IReadOnlyList<ChatMessage> messages, ToolPlan? plan, TurnMarks marks)
    {
        var prompt = new StringBuilder();
        var isTold = plan is null;

        if (!isTold && !IsSystem(messages[0]))
        {
            Append(prompt, "system", Told(plan!).TrimStart('\n'), marks);
            isTold = true;
        }

        foreach (var message in messages)
        {
            var text = TextOf(message);

            if (!isTold)
            {
                text += Told(plan!);
                isTold = true;
            }

            Append(prompt, RoleOf(message), text, marks);
        }

        prompt.Append(Begin).Append(ChatMessage.Assistant).Append('\n');
        return plan?.IsForced == true ? prompt.Append(ToolText.Open).Append('\n').ToString() : prompt.ToString();
    }

    private static bool IsSystem(ChatMessage message) => message.Role is "system" or "developer";

    private static string RoleOf(ChatMessage message) => message.Role switch
    {
        "developer" => "system",
        ChatMessage.Tool => "user",
        var role => role,
    };

    private static string TextOf(ChatMessage message) => message switch
    {
        { Role: ChatMessage.Tool } => $"<tool_response>\n{message.Text}\n</tool_response>",
        { ToolCalls.Count: > 0 } => string.Join('\n', message.ToolCalls.Select(WriteCall).Prepend(message.Text)
            .Where(part => part.Length > 0)),
        _ => message.Text,
    };

    private static string WriteCall(ToolCall call) =>
        $"{ToolText.Open}\n{{\"name\": {Written(call.Function.Name)}, \"arguments\": {call.Function.Arguments}}}\n"
        + ToolText.Close;

    private static string Told(ToolPlan plan) => string.Format(
        CultureInfo.InvariantCulture,
        ToolsFormat,
        string.Join('\n', plan.Functions.Select(function => JsonSerializer.Serialize(
            new
            {
                type = ToolCall.FunctionType,
                function = new
                {
                    name = function.Name,
                    description = function.Description,
                    parameters = function.Parameters,
                },
            },
            Plain))));

    private static string Written(string text) => JsonSerializer.Serialize(text, Plain);

    private static void Append(StringBuilder prompt, string role, string text, TurnMarks marks) => prompt
        .Append(Begin).Append(role).Append('\n')
        .Append(marks.Without(text))
        .Append(End).Append('\n');
}
