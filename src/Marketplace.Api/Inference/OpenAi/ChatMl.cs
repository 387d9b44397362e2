using System.Text;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// Makes a prompt of messages in ChatML, which is what models without a chat template of their own are asked in (as
/// llama.cpp's server does).
/// </summary>
internal static class ChatMl
{
    private const string Begin = "<|im_start|>";
    private const string End = "<|im_end|>";

    /// <summary>Every message between its marks, then the mark of the answer to come.</summary>
    public static string Render(IReadOnlyList<ChatMessage> messages)
    {
        var prompt = new StringBuilder();

        foreach (var message in messages)
        {
            var role = message.Role == "developer" ? "system" : message.Role;
            prompt.Append(Begin).Append(role).Append('\n').Append(message.Text).Append(End).Append('\n');
        }

        return prompt.Append(Begin).Append("assistant\n").ToString();
    }
}
