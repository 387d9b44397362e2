using System.Text;
using Marketplace.Api.Http;
using Marketplace.Api.Inference.Jinja;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// Makes the prompt of a conversation: by the model's own template, or in ChatML where it brings none.
/// </summary>
internal static class ChatWriter
{
    /// <summary>The request with its prompt, or why there is none.</summary>
    /// <param name="request">What was asked, once nothing is wrong.</param>
    /// <param name="model">Who is asked.</param>
    /// <param name="templates">Those of models.</param>
    /// <param name="begun">When what was asked was asked first, for templates that tell the time: a repeat has the
    /// prompt that it had then.</param>
    /// <param name="cancel">Ends the wait for room to render.</param>
    public static async Task<(ChatCompletionRequest? Written, ProblemHttpResult? Refusal)> Write(
        ChatCompletionRequest request,
        ModelView model,
        ChatTemplates templates,
        Func<Task<DateTimeOffset>> begun,
        CancellationToken cancel)
    {
        var template = await templates.Find(model, cancel);
        var now = template.TellsTime ? await begun() : default;
        using var room = await templates.EnterRoom(cancel);
        var (written, refusal) = Written(request, model, template, now);

        return written is not null && Encoding.UTF8.GetByteCount(written.PromptText) is var bytes
            && bytes > InferenceLimits.PromptBytesMax
                ? (null, Problems.Invalid(
                    request.PromptField,
                    $"make {bytes} bytes of prompt, allowed are {InferenceLimits.PromptBytesMax}"))
                : (written, refusal);
    }

    private static (ChatCompletionRequest? Written, ProblemHttpResult? Refusal) Written(
        ChatCompletionRequest request, ModelView model, ChatTemplate template, DateTimeOffset now)
    {
        try
        {
            return template.IsThere
                ? ByTemplate(request, model, template, now)
                : (InChatMl(request, template), null);
        }
        catch (TurnMarksException fault)
        {
            return (null, Refused(
                "failed", $"The messages cannot be told to the model {model.Name}: {fault.Message}"));
        }
    }

    private static (ChatCompletionRequest? Written, ProblemHttpResult? Refusal) ByTemplate(
        ChatCompletionRequest request, ModelView model, ChatTemplate template, DateTimeOffset now)
    {
        if (template.WhyUnread is { } why)
        {
            return (null, Refused(
                "unsupported",
                $"The chat template of the model {model.Name} cannot be run: {why}. Use /v1/completions."));
        }

        var conversation = new ChatConversation(request.Messages, request.Plan, request.ChatTemplateKwargs);
        var form = template.FormFor(conversation.HasTools);

        if (WhyNoTools(conversation, form, model) is { } refusal)
        {
            return (null, refusal);
        }

        try
        {
            return (request.WithPrompt(template.Render(conversation, now), form.Calls), null);
        }
        catch (JinjaException fault)
        {
            var named = $"The chat template of the model {model.Name}";
            return (null, fault.IsRaised
                ? Refused("refused", $"{named} refuses the messages: {fault.Reason}")
                : Refused("failed", $"{named} cannot be run with these messages: {fault.Message}"));
        }
    }

    private static ProblemHttpResult? WhyNoTools(ChatConversation conversation, TemplateForm form, ModelView model)
    {
        if (conversation.Plan is not null && !form.TellsTools)
        {
            return NoTools($"tools cannot be told to the model {model.Name}: its chat template has no words for them.");
        }

        if (conversation.HasCalls && !form.TellsCalls)
        {
            return NoTools(
                $"tool_calls and messages of the role tool cannot be told to the model {model.Name}: its chat template "
                    + "has no words for them.");
        }

        return form.WantsArgumentsWritten || FindNoObject(conversation.Messages) is not { } field
            ? null
            : Problems.Invalid(
                field, "must be a JSON object of whole characters, as the chat template takes arguments as one");
    }

    private static string? FindNoObject(IReadOnlyList<ChatMessage> messages)
    {
        for (var at = 0; at < messages.Count; at++)
        {
            for (var call = 0; call < (messages[at].ToolCalls?.Count ?? 0); call++)
            {
                if (!Json.IsObject(messages[at].ToolCalls![call].Function.Arguments))
                {
                    return $"messages[{at}].tool_calls[{call}].function.arguments";
                }
            }
        }

        return null;
    }

    private static ChatCompletionRequest InChatMl(ChatCompletionRequest request, ChatTemplate template) =>
        request.WithPrompt(ChatMl.Render(request.Messages, request.Plan, template.Marks), CallForm.Hermes);

    private static ProblemHttpResult NoTools(string why) =>
        Problems.Of(StatusCodes.Status400BadRequest, "chat-tools-unsupported", why);

    private static ProblemHttpResult Refused(string word, string why) =>
        Problems.Of(StatusCodes.Status400BadRequest, $"chat-template-{word}", why);
}
