using Marketplace.Api.Inference.Jinja;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>A model's own way to make a prompt of messages: its template, and what was found out of it.</summary>
internal sealed class ChatTemplate
{
    private readonly ModelChat _chat;
    private readonly TemplateForm? _plain;
    private readonly TemplateForm? _tools;

    private ChatTemplate(ModelChat chat)
    {
        _chat = chat;
        Marks = TurnMarks.Of(chat);
        Middle = MiddleMarks.Of(chat);
        TellsTime = Tells(chat.Template) || Tells(chat.ToolTemplate);

        try
        {
            _plain = chat.Template is { } plain ? TemplateForm.Of(plain, Values) : null;
            _tools = chat.ToolTemplate is { } tools ? TemplateForm.Of(tools, Values) : _plain;
        }
        catch (JinjaException fault)
        {
            WhyUnread = fault.Message;
        }
    }

    /// <summary>Whether the model brings a template at all.</summary>
    public bool IsThere => _chat.Template is not null;

    /// <summary>Whether its prompts depend on the day.</summary>
    public bool TellsTime { get; }

    /// <summary>Why the template cannot be run; null where it can.</summary>
    public string? WhyUnread { get; }

    /// <summary>What the model fills gaps between; null where it fills none.</summary>
    public MiddleMarks? Middle { get; }

    /// <summary>What tells the model who speaks.</summary>
    public TurnMarks Marks { get; }

    public static ChatTemplate Of(ModelChat chat) => new(chat);

    /// <summary>The form of the template that a conversation takes.</summary>
    public TemplateForm FormFor(bool hasTools) => (hasTools ? _tools : _plain) ?? throw new InvalidOperationException(
        $"The template is {(IsThere ? "not read" : "missing")}.");

    /// <summary>The prompt. The begin token is left to the tokenizer where that adds it.</summary>
    /// <exception cref="JinjaException">The template refuses, or cannot be run with it.</exception>
    /// <exception cref="TurnMarksException">The model's marks take too long to be taken out.</exception>
    public string Render(ChatConversation conversation, DateTimeOffset now)
    {
        var form = FormFor(conversation.HasTools);
        var prompt = Marks.Without(form.Template.Render(conversation.Values(form, Values), now));

        if (_chat is { AddsBegin: true, Begin: { Length: > 0 } begin }
            && prompt.StartsWith(begin, StringComparison.Ordinal))
        {
            prompt = prompt[begin.Length..];
        }

        return conversation.Plan is { IsForced: true } ? prompt + form.Calls!.Demand : prompt;
    }

    private static bool Tells(string? template) =>
        template?.Contains(Globals.TimeFunction, StringComparison.Ordinal) == true;

    private Dictionary<string, JinjaValue> Values()
    {
        var values = new Dictionary<string, JinjaValue>(StringComparer.Ordinal)
        {
            ["tools"] = JinjaValue.Nothing,
            ["documents"] = JinjaValue.Nothing,
            ["add_generation_prompt"] = JinjaValue.Yes,
        };

        if (_chat.Begin is { } begin)
        {
            values["bos_token"] = JinjaValue.Own(begin);
        }

        if (_chat.End is { } end)
        {
            values["eos_token"] = JinjaValue.Own(end);
        }

        return values;
    }
}
