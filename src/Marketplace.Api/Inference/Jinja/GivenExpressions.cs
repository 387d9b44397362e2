namespace Marketplace.Api.Inference.Jinja;

/// <summary>What a call gives, before it is evaluated.</summary>
internal sealed record GivenExpressions(
    IReadOnlyList<Expression> Values, IReadOnlyList<(string Name, Expression Value)> Named)
{
    public static readonly GivenExpressions Nothing = new([], []);
}
