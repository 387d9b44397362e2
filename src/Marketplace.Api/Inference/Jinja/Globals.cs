namespace Marketplace.Api.Inference.Jinja;

/// <summary>Functions that every template has.</summary>
internal static class Globals
{
    /// <summary>The one function whose value changes from day to day.</summary>
    public const string TimeFunction = "strftime_now";

    /// <param name="now">The time that <c>strftime_now</c> tells: the same for one prompt, however often it is made.
    /// </param>
    public static Scope Scope(DateTimeOffset now) => new(null)
    {
        ["range"] = Function("range", Range),
        ["dict"] = Function("dict", given => new JinjaValue.Dict(
            new(given.Named, StringComparer.Ordinal), hasOwnKeys: true)),
        ["namespace"] = Function("namespace", Namespace),
        ["raise_exception"] = Function("raise_exception", given => throw new JinjaException(
            Printed.Text(given.Only("message").Get(0, "message"), given.Site).Value, given.Site.Line, isRaised: true)),
        [TimeFunction] = Function(TimeFunction, given => new JinjaValue.Text(
            Strftime.Format(now, given.Only("format").Text(0, "format"), given.Site))),
    };

    private static JinjaValue.Function Function(string name, Func<Arguments, JinjaValue> call) => new(name, call);

    private static JinjaValue Range(Arguments given)
    {
        given.Only("start", "stop", "step");
        var first = given.Number(0, "start", 0);
        var (from, to) = given.Values.Count > 1 ? (first, given.Number(1, "stop", 0)) : (0, first);
        var step = given.Number(2, "step", 1);

        if (step == 0)
        {
            throw given.Site.Fault("the step of a range is 0");
        }

        var count = Math.Max(0, Math.Ceiling(((double)to - from) / step));

        if (count > JinjaLimits.RangeMax)
        {
            throw given.Site.Fault($"a range gets more than {JinjaLimits.RangeMax} numbers");
        }

        return given.Site.List([.. Enumerable.Range(0, (int)count).Select(at => JinjaValue.Of(from + (at * step)))]);
    }

    private static JinjaValue.Namespace Namespace(Arguments given)
    {
        var made = new JinjaValue.Namespace();

        if (given.Find(0, "") is JinjaValue.Dict dict)
        {
            given.Site.Budget.Items(given.Site.Line, dict.Members.Count);

            foreach (var (name, value) in dict.Members)
            {
                given.Site.Read(name);
                made.Members[name] = value;
            }
        }

        foreach (var (name, value) in given.Named)
        {
            made.Members[name] = value;
        }

        return made;
    }
}
