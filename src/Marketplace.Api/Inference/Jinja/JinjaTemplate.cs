namespace Marketplace.Api.Inference.Jinja;

/// <summary>
/// A chat template: the part of Jinja that those of Hugging Face's models use, run as transformers runs it
/// (<c>trim_blocks</c>, <c>lstrip_blocks</c>). It reaches the values that it is given and nothing else, and ends within
/// <see cref="JinjaLimits"/>. Any number of threads may render one.
/// </summary>
internal sealed class JinjaTemplate
{
    private readonly IReadOnlyList<Statement> _statements;

    private JinjaTemplate(IReadOnlyList<Statement> statements) => _statements = statements;

    /// <exception cref="JinjaException">It is no template, or asks for what is not supported.</exception>
    public static JinjaTemplate Parse(string source) => new(TemplateParser.Read(source));

    /// <summary>What the template writes.</summary>
    /// <param name="values">The names that it finds values by.</param>
    /// <param name="now">The time that it may tell.</param>
    /// <param name="budget">What it may use up; that of <see cref="JinjaLimits"/> unless told.</param>
    /// <exception cref="JinjaException">It cannot be run with them, reaches a limit, or refuses.</exception>
    public TaintedText Render(
        IEnumerable<KeyValuePair<string, JinjaValue>> values, DateTimeOffset now, Budget? budget = null)
    {
        var scope = new Scope(Globals.Scope(now));

        foreach (var (name, value) in values)
        {
            scope[name] = value;
        }

        return new Renderer(budget ?? new()).Render(_statements, scope);
    }
}
