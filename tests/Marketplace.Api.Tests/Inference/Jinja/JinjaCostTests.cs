using Marketplace.Api.Inference.Jinja;

namespace Marketplace.Api.Tests.Inference.Jinja;

/// <summary>What takes long is charged: a template cannot keep a server busy, whatever it asks for.</summary>
public class JinjaCostTests
{
    private const int Long = 200_000;

    [Theory]
    [InlineData("{% set k = range(5000) %}{% for i in range(100) %}{{ 'a'.startswith(k) }}{% endfor %}", 100 * 5_000)]
    [InlineData("{% set k = 'a' * 200000 %}{% for i in range(100) %}{{ 'b'.endswith([k]) }}{% endfor %}", 100 * (Long / 256))]
    [InlineData("{{ ('b' * 9) | trim('a' * 200000) }}", Long)]
    [InlineData("{{ ('b' * 9).strip('a' * 200000) }}", Long)]
    [InlineData("{% set k = 'a' * 200000 %}{% for i in range(100) %}{{ {}[k] }}{% endfor %}", 100 * (Long / 256))]
    [InlineData("{% set k = 'a' * 200000 %}{% for i in range(100) %}{{ {}.get(k) }}{% endfor %}", 100 * (Long / 256))]
    [InlineData("{% set k = 'a' * 200000 %}{% for i in range(100) %}{{ k in {} }}{% endfor %}", 100 * (Long / 256))]
    [InlineData("{% set k = 'a' * 200000 %}{% for i in range(100) %}{{ {k: 1}.x }}{% endfor %}", 100 * (Long / 256))]
    [InlineData("{% set d = {('a' * 200000): 1} %}{% for i in range(100) %}{{ d == d }}{% endfor %}", 100 * (Long / 256))]
    [InlineData("{% set d = {('a' * 200000): 1} %}{% for i in range(100) %}{{ namespace(d) }}{% endfor %}", 100 * (Long / 256))]
    [InlineData("{% set k = 'a' * 200000 %}{% for i in range(20) %}{{ [{}, {}] | map(attribute=k) | first }}{% endfor %}", 40 * (Long / 256))]
    [InlineData("{{ [{}] | map(attribute='.' * 99999) | list }}", 2 * 99_999)]
    [InlineData("{% set k = 'a' * 200000 %}{% for i in range(20) %}{{ ([k] | sort)[1:] }}{% endfor %}", 20 * (Long / 256))]
    [InlineData("{{ range(8000) | sort | first }}", 8_000 * 13)]
    public void What_takes_long_costs_steps(string template, int steps)
    {
        var budget = new Budget();
        JinjaTemplate.Parse(template).Render(new Dictionary<string, JinjaValue>(StringComparer.Ordinal), default, budget);

        Assert.InRange(budget.Steps, steps, JinjaLimits.StepsMax);
    }

    [Theory]
    [InlineData("{% for a in range(40) %}{% set x = 'a' * 500000 %}{% endfor %}")]
    [InlineData("{% set x = 'a' * 500000 %}{% for a in range(40) %}{{ '' if x.split('b') }}{% endfor %}")]
    public void A_template_makes_no_more_characters_than_it_may_even_where_none_is_kept(string template)
    {
        var fault = Assert.Throws<JinjaException>(() => Render(template));

        Assert.Contains($"more than {JinjaLimits.CharactersMadeMax} characters", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_a_long_text_often_makes_no_characters() => Assert.Equal("no", Render(
        "{% set x = 'a' * 500000 %}{% for a in range(40) %}{{ 'yes' if x.startswith('b') }}{% endfor %}no"));

    [Theory]
    [InlineData("{% set ns = namespace(s=[]) %}{% for a in range(90) %}{% set ns.s = ns.s + ['a' * 5000 ~ a] %}{% endfor %}{% for a in range(99) %}{{ '' if ns.s | sort(case_sensitive=true) }}{% endfor %}")]
    public void A_sort_that_uses_up_the_steps_is_a_fault_of_the_template(string template) =>
        Assert.Contains("1000000 steps", Assert.Throws<JinjaException>(() => Render(template)).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_have_a_longest_length() => Assert.Contains(
        $"more than {JinjaLimits.NameCharactersMax} characters",
        Assert.Throws<JinjaException>(() => Render("{{ " + new string('a', 257) + " }}")).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("{{ 1_0.5 }}", "10.5")]
    [InlineData("{{ 1_0e2 }}", "1000.0")]
    public void Numbers_may_be_written_in_groups(string template, string written) =>
        Assert.Equal(written, Render(template));

    [Theory]
    [InlineData("{{ strftime_now(c) }}")]
    [InlineData("{{ [1, 2] | tojson(separators=[c, ':']) }}")]
    [InlineData("{{ [1, 2] | tojson(separators=[',', c]) }}")]
    [InlineData("{{ [1, 2] | tojson(indent=c) }}")]
    public void What_is_written_by_the_datas_leave_is_data(string template)
    {
        var text = JinjaTemplate.Parse(template).Render(
            new Dictionary<string, JinjaValue>(StringComparer.Ordinal) { ["c"] = JinjaValue.Data("<|x|>") }, default);

        Assert.All(text.Taint(), Assert.True);
    }

    private static string Render(string template) =>
        JinjaTemplate.Parse(template).Render(new Dictionary<string, JinjaValue>(StringComparer.Ordinal), default).Value;
}
