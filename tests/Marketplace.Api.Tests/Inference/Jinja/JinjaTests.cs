using System.Text.Json;
using Marketplace.Api.Inference.Jinja;

namespace Marketplace.Api.Tests.Inference.Jinja;

/// <summary>The language, piece by piece. What is expected is what Python's Jinja 3.1.6 writes.</summary>
public class JinjaTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 5, 14, 7, 9, TimeSpan.Zero);

    [Theory]
    [InlineData(
        "{{ 1 + 2 * 3 ** 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 1.5e-7 }} {{ 0.1 + 0.2 }} {{ 1e16 }} {{ 100.0 }}",
        "19 -4 2 3.5 1.5e-07 0.30000000000000004 1e+16 100.0")]
    [InlineData("{{ 'a' ~ 1 ~ none ~ true ~ 1.0 ~ [1, 'x', {'k': none}] }}", "a1NoneTrue1.0[1, 'x', {'k': None}]")]
    [InlineData(
        "{{ [1,2,3][::-1] }} {{ [1,2,3][-2:] }} {{ 'hello'[1:-1] }} {{ [1,2,3,4,5][4:0:-2] }} {{ 'abc'[-1] }}",
        "[3, 2, 1] [2, 3] ell [5, 3] c")]
    [InlineData("{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 'a' in 'abc' }} {{ 4 not in [1,2] }}", "True False True True")]
    [InlineData("{{ x }}|{{ x|default('d') }}{{ ''|default('d', true) }}{{ x is not defined }}", "|ddTrue")]
    [InlineData("{{ 'yes' if 1 else 'no' }} {{ 'yes' if 0 }}| {{ '' or 'x' }} {{ 'a' and 'b' }}", "yes | x b")]
    [InlineData("{% for k, v in {'x': 1, 'y': 2}.items() %}{{ k }}{{ v }}{% endfor %}", "x1y2")]
    [InlineData("{% for i in [] %}x{% else %}none{% endfor %}", "none")]
    [InlineData(
        "{% for i in range(9) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 5 %}{% break %}{% endif %}{{ i }}"
            + "{% endfor %}",
        "0134")]
    [InlineData(
        "{% for a in [1,2,3] if a != 2 %}{{ loop.index }}:{{ a }}{{ ',' if not loop.last }}{{ loop.nextitem }}{% endfor %}",
        "1:1,32:3")]
    [InlineData(
        "{% set ns = namespace(n=0) %}{% for i in range(4) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}", "6")]
    [InlineData("{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{% endfor %}{{ x }}", "1")]
    [InlineData("{% macro m(a, b='B') %}[{{ a }}{{ b }}]{% endmacro %}{{ m(1) }}{{ m(b=3, a=4) }}", "[1B][43]")]
    [InlineData("{% set s | upper %}hi {{ 1 + 1 }}{% endset %}{{ s }}", "HI 2")]
    [InlineData("{{ ['b','A','c']|sort }} {{ [{'a':2},{'a':1}]|sort(attribute='a') }}", "['A', 'b', 'c'] [{'a': 1}, {'a': 2}]")]
    [InlineData(
        "{{ [{'r':'u','c':1},{'r':'a','c':2}]|selectattr('r','equalto','u')|map(attribute='c')|list }}", "[1]")]
    [InlineData("{{ 'a,b,,c'.split(',') }} {{ ' a  b '.split() }} {{ 'a b c'.split(' ', 1) }}", "['a', 'b', '', 'c'] ['a', 'b'] ['a', 'b c']")]
    [InlineData("{{ 'hello world-foo'.title() }} {{ 'HELLO'|capitalize }} {{ 'aXa'.replace('a','b',1) }}", "Hello World-Foo Hello bXa")]
    [InlineData(
        """{{ {'a': 'é"\\\n<>&', 'b': [1.0, true, none, {}]}|tojson }}""",
        """{"a": "é\"\\\n<>&", "b": [1.0, true, null, {}]}""")]
    [InlineData("{{ {'a': [1], 'c': {}}|tojson(indent=2) }}", "{\n  \"a\": [\n    1\n  ],\n  \"c\": {}\n}")]
    [InlineData("{{ 'a\nb\n\nc'|indent(2) }}", "a\n  b\n\n  c")]
    [InlineData("{{ 42.7|int }} {{ 'x'|int(5) }} {{ 2.567|round(2) }} {{ '🦊é'|length }}", "42 5 2.57 2")]
    [InlineData("{{ true is number }} {{ true is integer }} {{ 1 is in [1] }} {{ 'x' is string }}", "True False True True")]
    [InlineData("{{ {'items': 1}['items'] }} {{ {'a': {'b': 1}}.a.b }} {{ {'a': 1}.get('z', 9) }}", "1 1 9")]
    [InlineData("{% raw %}{{ raw }}{% if %}{% endraw %}{# {{ x }} #}.", "{{ raw }}{% if %}.")]
    [InlineData("  {% if true %}\n  in\n  {% endif %}\ntail\n", "  in\ntail")]
    [InlineData("a  {%- if true -%}  b  {%- endif -%}  c", "abc")]
    [InlineData("{% generation %}x{% endgeneration %}", "x")]
    [InlineData("{{ strftime_now('%d %b %Y') }} {{ strftime_now('%Y-%m-%d %H:%M:%S %A %-d') }}", "05 Mar 2026 2026-03-05 14:07:09 Thursday 5")]
    public void Templates_write_what_jinja_writes(string template, string expected) =>
        Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("\n{{ x.y }}", 2, "'x' (undefined) has no 'y'")]
    [InlineData("{{ 'a' + 1 }}", 1, "a text + a number")]
    [InlineData("{{ 1 // 0 }}", 1, "division by 0")]
    [InlineData("{{ x() }}", 1, "cannot be called")]
    [InlineData("{{ 'a' | shout }}", 1, "the filter 'shout' is not supported")]
    [InlineData("{% include 'x' %}", 1, "the statement 'include' is not supported")]
    [InlineData("a\nb{% if true %}", 2, "expected 'endif'")]
    [InlineData("{{ [1].append(2) }}", 1, "a list cannot be changed")]
    [InlineData("{{ ''.__class__.__mro__ }}", 1, "'__class__' (undefined)")]
    [InlineData("{{ (1 }}", 1, "the tag has no end")]
    public void What_cannot_be_run_names_the_line_and_the_offence(string template, int line, string offence)
    {
        var fault = Assert.Throws<JinjaException>(() => Render(template));

        Assert.Equal((line, false), (fault.Line, fault.IsRaised));
        Assert.Contains(offence, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_refuses_in_its_own_words()
    {
        var refusal = Assert.Throws<JinjaException>(() => Render("{{ raise_exception('No ' ~ 1) }}"));

        Assert.Equal(("No 1", true), (refusal.Reason, refusal.IsRaised));
    }

    [Theory]
    [InlineData("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}", "1000000 steps")]
    [InlineData("{% set ns = namespace(s='0123456789') %}{% for a in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}", "524288 characters")]
    [InlineData("{% for a in range(9999) %}{{ 'x' * 999 }}{% endfor %}", "524288 characters")]
    [InlineData("{{ 'x' * 99999999999 }}", "524288 characters")]
    [InlineData("{{ 'x' | replace('x', 'y' * 500000) | replace('y', 'z' * 500000) }}", "524288 characters")]
    [InlineData("{% set ns = namespace(s=[1]) %}{% for a in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}", "100000 items")]
    [InlineData("{{ range(99999999999) }}", "10000 numbers")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "16 deep")]
    [InlineData("{% set ns = namespace(v=1) %}{% for a in range(99) %}{% set ns.v = [ns.v] %}{% endfor %}{{ ns.v }}", "64 deep")]
    [InlineData("{% set ns = namespace(v=1) %}{% for a in range(40) %}{% set ns.v = [ns.v, ns.v] %}{% endfor %}{{ ns.v == ns.v }}", "1000000 steps")]
    [InlineData("{% set s = 'a' * 500000 %}{% for a in range(9999) %}{{ '' if ('a' * 250000 ~ 'b') in s }}{% endfor %}", "1000000 steps")]
    public void A_template_that_wants_too_much_is_stopped(string template, string limit)
    {
        var fault = Assert.Throws<JinjaException>(() => Render(template));

        Assert.Contains(limit, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{", "1", "}}", "(", ")", JinjaLimits.NestingMax)]
    [InlineData("", "", "", "{% if true %}", "{% endif %}", JinjaLimits.NestingMax)]
    [InlineData("{{ 1", "", "}}", " + 1", "", JinjaLimits.DepthMax)]
    public void A_template_that_nests_too_deep_is_refused(
        string before, string middle, string after, string open, string close, int max)
    {
        string Nested(int depth) => before + string.Concat(Enumerable.Repeat(open, depth)) + middle
            + string.Concat(Enumerable.Repeat(close, depth)) + after;

        Render(Nested(max / 3));
        var fault = Assert.Throws<JinjaException>(() => Render(Nested(max + 1)));
        Assert.Contains($"more than {max} deep", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_has_a_longest_length()
    {
        var fault = Assert.Throws<JinjaException>(
            () => JinjaTemplate.Parse(new string(' ', JinjaLimits.TemplateCharactersMax + 1)));

        Assert.Contains($"allowed are {JinjaLimits.TemplateCharactersMax}", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<{{ c }}>", "<", ">")]
    [InlineData("{{ ('[' ~ c ~ ']')[1:] }}", "", "]")]
    [InlineData("{{ c | trim | upper }}!", "", "!")]
    [InlineData("{{ 'own ' ~ c.split('|')[1] }}", "own ", "")]
    [InlineData("{{ ['a', c] | join('+') }}", "a+", "")]
    [InlineData("{{ 'a-b' | replace('-', c) }}", "a", "b")]
    [InlineData("{% macro m(x) %}({{ x }}){% endmacro %}{{ m(c) }}", "(", ")")]
    [InlineData("{% for one in c %}{{ one }}{% endfor %}.", "", ".")]
    public void What_came_with_the_data_stays_told_apart(string template, string before, string after)
    {
        var text = JinjaTemplate.Parse(template)
            .Render(new Dictionary<string, JinjaValue>(StringComparer.Ordinal) { ["c"] = JinjaValue.Data("user|said") }, Now);
        var taint = text.Taint();
        var (begin, end) = (before.Length, text.Length - after.Length);

        Assert.All(Enumerable.Range(0, text.Length), at => Assert.Equal(at >= begin && at < end, taint[at]));
    }

    [Fact]
    public void Json_of_data_is_data_and_json_of_the_templates_own_is_not()
    {
        using var json = JsonDocument.Parse("""{"a": "b"}""");
        var text = JinjaTemplate.Parse("{{ {'x': 1} | tojson }}{{ d | tojson }}")
            .Render(new Dictionary<string, JinjaValue>(StringComparer.Ordinal) { ["d"] = JinjaValue.Of(json.RootElement) }, Now);

        Assert.Equal("{\"x\": 1}{\"a\": \"b\"}", text.Value);
        Assert.Equal("{\"x\": 1}".Length, text.Taint().TakeWhile(isData => !isData).Count());
        Assert.All(text.Taint().Skip("{\"x\": 1}".Length), Assert.True);
    }

    private static string Render(string template) =>
        JinjaTemplate.Parse(template).Render(new Dictionary<string, JinjaValue>(StringComparer.Ordinal), Now).Value;
}
