namespace Marketplace.Api.Inference.Jinja;

/// <summary>Arithmetic, and putting together.</summary>
internal static class Operators
{
    private const int RepeatsPerStep = 16;

    public static JinjaValue Sign(JinjaValue of, bool isMinus, Site site) => of switch
    {
        JinjaValue.Real number => new JinjaValue.Real(isMinus ? -number.Value : number.Value),
        _ when Kinds.Whole(of) is { } whole => JinjaValue.Of(isMinus ? Checked(() => -whole, site) : whole),
        _ => throw site.Fault($"{Kinds.Name(of)} has no sign"),
    };

    public static JinjaValue Apply(string operation, JinjaValue left, JinjaValue right, Site site) =>
        (operation, left, right) switch
        {
            ("~", _, _) => Joined(Printed.Text(left, site), Printed.Text(right, site), site),
            ("+", JinjaValue.Text one, JinjaValue.Text other) => Joined(one.Value, other.Value, site),
            ("+", JinjaValue.List one, JinjaValue.List other) => List(one, other, site),
            ("*", JinjaValue.Text text, _) when Kinds.Whole(right) is { } times => Repeated(text, times, site),
            ("*", _, JinjaValue.Text text) when Kinds.Whole(left) is { } times => Repeated(text, times, site),
            _ => Number(operation, left, right, site),
        };

    private static JinjaValue.Text Joined(TaintedText left, TaintedText right, Site site)
    {
        site.Budget.Characters(site.Line, (long)left.Length + right.Length);
        return new JinjaValue.Text(left.Plus(right));
    }

    private static JinjaValue.List List(JinjaValue.List left, JinjaValue.List right, Site site)
    {
        site.Budget.Items(site.Line, (long)left.Items.Count + right.Items.Count);
        return new JinjaValue.List([.. left.Items, .. right.Items]);
    }

    private static JinjaValue.Text Repeated(JinjaValue.Text text, long times, Site site)
    {
        times = text.Value.Length == 0 ? 0 : Math.Clamp(times, 0, JinjaLimits.CharactersMax + 1L);
        site.Budget.Characters(site.Line, times * text.Value.Length);
        site.Step(times / RepeatsPerStep);
        var made = new TaintBuilder();

        for (var at = 0; at < times; at++)
        {
            made.Append(text.Value);
        }

        return new JinjaValue.Text(made.ToText());
    }

    private static JinjaValue Number(string operation, JinjaValue left, JinjaValue right, Site site)
    {
        if (Kinds.Real(left) is not { } real || Kinds.Real(right) is not { } by)
        {
            throw site.Fault($"{Kinds.Name(left)} {operation} {Kinds.Name(right)} cannot be worked out");
        }

        if (operation is "/" or "//" or "%" && by == 0)
        {
            throw site.Fault("division by 0");
        }

        return operation != "/" && Kinds.Whole(left) is { } one && Kinds.Whole(right) is { } other
            && !(operation == "**" && other < 0)
                ? JinjaValue.Of(Checked(() => Whole(operation, one, other), site))
                : new JinjaValue.Real(Real(operation, real, by));
    }

    private static long Whole(string operation, long left, long right) => checked(operation switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "//" => Floor(left, right),
        "%" => left - (Floor(left, right) * right),
        _ => Power(left, right),
    });

    private static double Real(string operation, double left, double right) => operation switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        "//" => Math.Floor(left / right),
        "%" => left - (Math.Floor(left / right) * right),
        _ => Math.Pow(left, right),
    };

    /// <summary>Rounded down, where C# rounds to zero.</summary>
    private static long Floor(long left, long right)
    {
        var whole = left / right;
        return left % right != 0 && left < 0 != right < 0 ? whole - 1 : whole;
    }

    private static long Power(long left, long right)
    {
        var power = 1L;

        // Larger exponents overflow, or change nothing.
        for (var at = 0L; at < Math.Min(right, 64 + (right % 2)); at++)
        {
            power = checked(power * left);
        }

        return power;
    }

    private static long Checked(Func<long> work, Site site)
    {
        try
        {
            return work();
        }
        catch (OverflowException)
        {
            throw site.Fault("the number gets too large");
        }
    }
}
