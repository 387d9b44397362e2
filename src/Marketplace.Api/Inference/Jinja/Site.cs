namespace Marketplace.Api.Inference.Jinja;

/// <summary>Where in a template something happens, and what it is charged to.</summary>
internal readonly record struct Site(Budget Budget, int Line)
{
    public JinjaException Fault(string reason) => new(reason, Line);

    public void Step(long count = 1) => Budget.Step(Line, count);

    /// <summary>A text, once its length is charged.</summary>
    public JinjaValue Text(TaintedText text)
    {
        Budget.Characters(Line, text.Length);
        return new JinjaValue.Text(text);
    }

    /// <summary>Charges what reading a text costs.</summary>
    public void Read(TaintedText text) => Read(text.Value);

    /// <summary>The same of a key that is looked up, or of a name.</summary>
    public void Read(string text) => Budget.Step(Line, text.Length / JinjaLimits.CharactersPerStep);

    /// <summary>Charges what looking for a text in another costs at worst.</summary>
    public void Search(TaintedText within, string sought) => Budget.Step(
        Line,
        (Math.Max(0L, within.Length - sought.Length) + 1) * Math.Max(1, sought.Length) / JinjaLimits.CharactersPerStep);

    /// <summary>A list, once its length is charged.</summary>
    public JinjaValue List(IReadOnlyList<JinjaValue> items)
    {
        Budget.Items(Line, items.Count);
        return new JinjaValue.List(items);
    }

    /// <summary>Parts of a text, once their number and length are charged.</summary>
    public JinjaValue Parts(IReadOnlyList<TaintedText> parts)
    {
        Budget.Characters(Line, parts.Sum(part => (long)part.Length));
        return List([.. parts.Select(part => (JinjaValue)new JinjaValue.Text(part))]);
    }

    /// <summary>Checks how deep lists and objects are within each other.</summary>
    public void Depth(int depth)
    {
        if (depth > JinjaLimits.ValueDepthMax)
        {
            throw Fault($"lists and objects go more than {JinjaLimits.ValueDepthMax} deep");
        }

        Step();
    }
}
