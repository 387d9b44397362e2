using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

/// <summary>
/// What the CUDA backend makes of a kernel, without a device or a driver: its statements, in order, with the types of
/// the registers that are in scope there.
/// </summary>
internal sealed partial class PtxText
{
    private PtxText(string text)
    {
        Text = text;
        var body = text[(text.IndexOf("\n{", StringComparison.Ordinal) + 2)..];
        Statements = [.. Read(body)];
    }

    public string Text { get; }

    public IReadOnlyList<PtxStatement> Statements { get; }

    /// <summary>Generates code for compute capability 8.0.</summary>
    public static PtxText Of(MethodInfo kernel)
    {
        using var context = Context.Create(builder => builder.EnableAlgorithms());
        using var backend = new PTXBackend(context, CudaArchitecture.SM_80, CudaInstructionSet.ISA_80, null!);
        var compiled = (PTXCompiledKernel)backend.Compile(
            EntryPointDescription.FromExplicitlyGroupedKernel(kernel), KernelSpecialization.Empty);
        return new(compiled.PTXAssembly);
    }

    /// <summary>Statements that can be reached from one that they reach, of the loop with this one in it.</summary>
    public IReadOnlyList<PtxStatement> LoopOf(PtxStatement inside)
    {
        var after = Reached(inside);
        return [.. Statements.Where(one => after.Contains(one) && Reached(one).Contains(inside))];
    }

    private HashSet<PtxStatement> Reached(PtxStatement from)
    {
        var reached = new HashSet<PtxStatement>();
        var open = new Stack<PtxStatement>(Next(from));

        while (open.TryPop(out var one))
        {
            if (reached.Add(one))
            {
                Next(one).ToList().ForEach(open.Push);
            }
        }

        return reached;
    }

    private IEnumerable<PtxStatement> Next(PtxStatement one)
    {
        if (one.Branch is { } label)
        {
            yield return Statements.First(other => other.Label == label);
        }

        if (one.FallsThrough && one.Number + 1 < Statements.Count)
        {
            yield return Statements[one.Number + 1];
        }
    }

    private static IEnumerable<PtxStatement> Read(string body)
    {
        var scopes = new Stack<Dictionary<string, string>>();
        scopes.Push([]);
        var label = "";
        var number = 0;

        foreach (Match match in Token().Matches(body))
        {
            var text = match.Value.Trim();

            if (text is "{")
            {
                scopes.Push(new(scopes.Peek(), StringComparer.Ordinal));
            }
            else if (text is "}")
            {
                scopes.Pop();
            }
            else if (text.EndsWith(':'))
            {
                label = text.TrimEnd(':');
            }
            else if (Register().Match(text) is { Success: true } register)
            {
                Declare(scopes.Peek(), register);
            }
            else if (!text.StartsWith(".local", StringComparison.Ordinal))
            {
                yield return new(number++, label, text.TrimEnd(';'), new Dictionary<string, string>(scopes.Peek(), StringComparer.Ordinal));
                label = "";
            }
        }

        Assert.Empty(scopes);
    }

    /// <summary>One register, or as many as the angle brackets say.</summary>
    private static void Declare(Dictionary<string, string> scope, Match register)
    {
        var (type, name) = (register.Groups["type"].Value, register.Groups["name"].Value);

        if (register.Groups["count"] is { Success: true } count)
        {
            for (var at = 0; at < int.Parse(count.Value, CultureInfo.InvariantCulture); at++)
            {
                scope[string.Create(CultureInfo.InvariantCulture, $"{name}{at}")] = type;
            }
        }
        else
        {
            scope[name] = type;
        }
    }

    // A brace that opens a scope stands at the start of a line or of a statement; others belong to operands.
    [GeneratedRegex(
        @"(?<=(^|[;\n{}])[ \t]*)[{}](?=[ \t]*(\.reg|$|\n|mov|sub))|[^;{}\n]*(\{[^;{}]*\}[^;{}\n]*)*;|[ \t]*\w+:",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        10_000)]
    private static partial Regex Token();

    [GeneratedRegex(
        @"^\.reg\s+(?<type>\.\w+)\s+(?<name>%?\w+?)(<(?<count>\d+)>)?;$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        10_000)]
    private static partial Regex Register();
}
