using CsCheck;
using Marketplace.Api.Inference.Jinja;
using Marketplace.Testing;

namespace Marketplace.Api.Tests.Inference.Jinja;

/// <summary>Whatever a template says, it writes a text or is refused, and soon.</summary>
public class JinjaFuzzTests
{
    private static readonly string[] Templates =
    [
        .. Directory.GetFiles(Path.Combine(SharedData.RepositoryRoot, "tests", "chat-templates", "templates"))
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllText),
    ];

    private static readonly string[] Pieces =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "-%}", "{%-", "(", ")", "[", "]", "[::-1]", "|", "|tojson", "|list", "|join",
        "|map('upper')", "|sort", "|unique", "|replace('a', 'bb')", "|items", "|first", ".x", ".split('a')", " if ", " else ",
        " in ", " not ", " is ", " ~ ", " * 99999 ", " ** 99 ", " // ", "{% for x in messages %}", "{% endfor %}",
        "{% set ns.x = ns.x ~ ns.x %}", "{% macro m(a) %}", "{% endmacro %}", "{{ m(m(1)) }}", "range(9999)", "loop",
        "messages", "none", "'", "\"", "\\", "{% break %}", "{% raw %}", "{% endraw %}", "\n", "\ud800", "9999999999999999999",
    ];

    private static readonly Dictionary<string, JinjaValue> Values = new(StringComparer.Ordinal)
    {
        ["messages"] = new JinjaValue.List([.. new[] { "system", "user", "assistant", "tool" }.Select(role =>
            new JinjaValue.Dict(
                new(StringComparer.Ordinal)
                {
                    ["role"] = JinjaValue.Own(role),
                    ["content"] = JinjaValue.Data("a text of 🦊"),
                },
                hasOwnKeys: true))]),
        ["tools"] = JinjaValue.Nothing,
        ["add_generation_prompt"] = JinjaValue.Yes,
        ["bos_token"] = JinjaValue.Own("<s>"),
        ["eos_token"] = JinjaValue.Own("</s>"),
    };

    private static readonly Gen<string> Mutated =
        from template in OneOf(Templates)
        from other in OneOf(Templates)
        from edits in Gen.Select(Gen.Int[0, 3], Gen.Double[0, 1], Gen.Double[0, 1], OneOf(Pieces)).Array[1, 6]
        select edits.Aggregate(template, (text, edit) => Edited(text, other, edit));

    [Fact]
    public void Any_mutation_of_a_template_writes_a_text_or_is_refused() => Mutated.Sample(
        template =>
        {
            try
            {
                var text = JinjaTemplate.Parse(template).Render(Values, DateTimeOffset.UnixEpoch);
                Assert.True(text.Length <= JinjaLimits.CharactersMax);
            }
            catch (JinjaException fault)
            {
                Assert.True(fault.Line >= 1);
            }
        },
        iter: 5_000);

    private static Gen<string> OneOf(string[] texts) => Gen.Int[0, texts.Length - 1].Select(at => texts[at]);

    private static string Edited(string text, string other, (int Kind, double From, double Part, string Piece) edit)
    {
        var from = (int)(edit.From * text.Length);
        var length = (int)(edit.Part * Math.Min(200, text.Length - from));
        var part = text.Substring(from, length);

        return edit.Kind switch
        {
            0 => text.Remove(from, length),
            1 => text.Insert(from, part),
            2 => text.Insert(from, other[..(int)(edit.Part * Math.Min(300, other.Length))]),
            _ => text.Insert(from, edit.Piece),
        };
    }
}
