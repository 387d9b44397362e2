using System.Text.Json;
using Marketplace.Api.Inference.Jinja;
using Marketplace.Testing;

namespace Marketplace.Api.Tests.Inference.Jinja;

/// <summary>The templates of known models against Hugging Face's interpreter; see tests/chat-templates.</summary>
public class JinjaGoldenTests
{
    private static readonly string Folder = Path.Combine(SharedData.RepositoryRoot, "tests", "chat-templates");
    private static readonly JsonElement Goldens = Json("goldens.json");
    private static readonly JsonElement Tools = Json("tools.json");
    private static readonly JsonElement Conversations = Json("conversations.json");

    public static TheoryData<string, string> All => [.. Goldens.EnumerateObject().SelectMany(
        template => template.Value.EnumerateObject().Select(one => (template.Name, one.Name)))];

    [Theory]
    [MemberData(nameof(All))]
    public void A_template_writes_what_hugging_faces_interpreter_writes(string name, string conversation)
    {
        var golden = Goldens.GetProperty(name).GetProperty(conversation);
        var template = JinjaTemplate.Parse(File.ReadAllText(Path.Combine(Folder, "templates", $"{name}.jinja")));
        var values = Values(Conversations.GetProperty(conversation));

        if (golden.TryGetProperty("raised", out var raised))
        {
            var refusal = Assert.Throws<JinjaException>(() => template.Render(values, DateTimeOffset.UnixEpoch));
            Assert.Equal((raised.GetString(), true), (refusal.Reason, refusal.IsRaised));
            return;
        }

        Assert.Equal(golden.GetProperty("text").GetString(), template.Render(values, DateTimeOffset.UnixEpoch).Value);
    }

    [Fact]
    public void The_goldens_are_many() => Assert.True(All.Count > 150);

    private static Dictionary<string, JinjaValue> Values(JsonElement conversation)
    {
        var isPrompted = !conversation.TryGetProperty("add_generation_prompt", out var prompted)
            || prompted.GetBoolean();
        var values = new Dictionary<string, JinjaValue>(StringComparer.Ordinal)
        {
            ["messages"] = JinjaValue.Of(conversation.GetProperty("messages")),
            ["tools"] = conversation.TryGetProperty("tools", out var names)
                ? new JinjaValue.List(
                    [.. names.EnumerateArray().Select(one => JinjaValue.Of(Tools.GetProperty(one.GetString()!)))])
                : JinjaValue.Nothing,
            ["add_generation_prompt"] = JinjaValue.Of(isPrompted),
            ["bos_token"] = JinjaValue.Own("<s>"),
            ["eos_token"] = JinjaValue.Own("</s>"),
            ["date_string"] = JinjaValue.Own("26 Jul 2024"),
        };

        if (conversation.TryGetProperty("values", out var more))
        {
            foreach (var value in more.EnumerateObject())
            {
                values[value.Name] = JinjaValue.Of(value.Value);
            }
        }

        return values;
    }

    private static JsonElement Json(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name)));
        return document.RootElement.Clone();
    }
}
