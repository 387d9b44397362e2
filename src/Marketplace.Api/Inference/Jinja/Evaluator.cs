namespace Marketplace.Api.Inference.Jinja;

/// <summary>Finds what expressions stand for.</summary>
internal sealed class Evaluator(Budget budget)
{
    public JinjaValue Value(Expression expression, Scope scope)
    {
        budget.Enter(expression.Line);

        try
        {
            return Found(expression, scope, new(budget, expression.Line));
        }
        finally
        {
            budget.Leave();
        }
    }

    public bool IsTrue(Expression expression, Scope scope) => Kinds.IsTrue(Value(expression, scope));

    public JinjaValue Filtered(JinjaValue value, IEnumerable<Expression.Filter> filters, Scope scope) =>
        filters.Aggregate(value, (made, filter) => Filter(made, filter, scope));

    private JinjaValue Found(Expression expression, Scope scope, Site site) => expression switch
    {
        Expression.Literal literal => literal.Value,
        Expression.Name name => scope.Find(name.Text) ?? new JinjaValue.Undefined(name.Text),
        Expression.ListOf list => site.List([.. list.Items.Select(item => Value(item, scope))]),
        Expression.DictOf dict => Dict(dict, scope, site),
        Expression.Attribute member => Members.Attribute(Value(member.Of, scope), member.Member, site),
        Expression.Item item => Members.Item(Value(item.Of, scope), Value(item.At, scope), site),
        Expression.Slice slice => Slices.Of(
            Value(slice.Of, scope), Part(slice.From, scope), Part(slice.To, scope), Part(slice.Step, scope), site),
        Expression.Call call => Call(call, scope, site),
        Expression.Filter filter => Filter(Value(filter.Of, scope), filter, scope),
        Expression.Test test => JinjaValue.Of(Tests.IsSo(
            Value(test.Of, scope), test.Called, Given(test.Called, test.Given, scope, site))),
        Expression.Not not => JinjaValue.Of(!IsTrue(not.Of, scope)),
        Expression.Sign sign => Operators.Sign(Value(sign.Of, scope), sign.IsMinus, site),
        Expression.Operation operation => Operators.Apply(
            operation.Operator, Value(operation.Left, scope), Value(operation.Right, scope), site),
        Expression.Logic logic => Logic(logic, scope),
        Expression.Compare compare => JinjaValue.Of(Compare(compare, scope, site)),
        Expression.Conditional choice when IsTrue(choice.If, scope) => Value(choice.Then, scope),
        Expression.Conditional { Else: { } other } => Value(other, scope),
        Expression.Conditional => new JinjaValue.Undefined("the inline if without an else"),
        _ => throw site.Fault($"{expression.GetType().Name} cannot be evaluated"),
    };

    private JinjaValue? Part(Expression? part, Scope scope) => part is null ? null : Value(part, scope);

    private JinjaValue.Dict Dict(Expression.DictOf dict, Scope scope, Site site)
    {
        budget.Items(site.Line, dict.Members.Count);
        var members = new OrderedDictionary<string, JinjaValue>(StringComparer.Ordinal);
        var hasOwnKeys = true;

        foreach (var (key, value) in dict.Members)
        {
            var name = Printed.Text(Value(key, scope), site);
            hasOwnKeys &= !name.IsTainted;
            site.Read(name);
            members[name.Value] = Value(value, scope);
        }

        return new(members, hasOwnKeys);
    }

    private JinjaValue Logic(Expression.Logic logic, Scope scope)
    {
        var left = Value(logic.Left, scope);
        return Kinds.IsTrue(left) == logic.IsAnd ? Value(logic.Right, scope) : left;
    }

    private bool Compare(Expression.Compare compare, Scope scope, Site site)
    {
        var left = Value(compare.First, scope);

        foreach (var (comparison, to) in compare.Rest)
        {
            var right = Value(to, scope);

            if (!Comparison.Holds(comparison, left, right, site))
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    private JinjaValue Call(Expression.Call call, Scope scope, Site site) => Value(call.Of, scope) switch
    {
        JinjaValue.Function function => function.Call(Given(function.Name, call.Given, scope, site)),
        var other => throw site.Fault($"{Kinds.Name(other)} cannot be called"),
    };

    private JinjaValue Filter(JinjaValue of, Expression.Filter filter, Scope scope)
    {
        var site = new Site(budget, filter.Line);
        return Filters.Apply(of, filter.Called, Given(filter.Called, filter.Given, scope, site));
    }

    private Arguments Given(string what, GivenExpressions given, Scope scope, Site site)
    {
        var named = new Dictionary<string, JinjaValue>(StringComparer.Ordinal);

        foreach (var (name, value) in given.Named)
        {
            named[name] = Value(value, scope);
        }

        return new(what, [.. given.Values.Select(value => Value(value, scope))], named, site);
    }
}
