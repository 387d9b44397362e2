using System.Text.RegularExpressions;

namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

/// <summary>An instruction of generated code.</summary>
/// <param name="Number">Its place, from 0.</param>
/// <param name="Label">What stands before it; empty without.</param>
/// <param name="Text">Predicate, name and operands.</param>
/// <param name="Registers">Types of those that are in scope.</param>
internal sealed partial record PtxStatement(
    int Number, string Label, string Text, IReadOnlyDictionary<string, string> Registers)
{
    /// <summary>Name up to the first dot, what follows that, and operands; made once.</summary>
    public PtxInstruction Instruction => field ??= new(
        Name.Split('.')[0],
        Name.Split('.') switch
        {
            ["ld" or "st", "param" or "local", ..] => Name.Split('.')[1],
            ["ld", "v4", ..] => Name.Split('.')[2],
            [_, .. var rest] => string.Join('.', rest),
            _ => "",
        },
        Branch is { } label ? [[label]] : Operands);

    /// <summary>The register that decides whether it is carried out; null where it always is.</summary>
    public string? Predicate => HasPredicate ? Words[0].TrimStart('@') : null;

    private string[] Words => Text.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);

    private bool HasPredicate => Text.StartsWith('@');

    public string Name => HasPredicate ? Words[1].Split(' ', '\t')[0] : Words[0];

    /// <summary>Where it may go on at; null where it is no branch.</summary>
    public string? Branch => Name.StartsWith("bra", StringComparison.Ordinal) ? Text.Split(' ', '\t')[^1] : null;

    public bool FallsThrough => HasPredicate || (Branch is null && Name != "ret");

    /// <summary>Its operands; those in braces are one list each.</summary>
    public IReadOnlyList<string[]> Operands => field ??=
    [
        .. Operand().Matches(Words.Length > 1 ? Words[1] : "").Select(match =>
            match.Value.Trim('{', '}', '[', ']').Split(',', StringSplitOptions.TrimEntries)),
    ];

    /// <summary>The register that it writes; null of those that write none or several.</summary>
    public string? Written =>
        Name.StartsWith("st", StringComparison.Ordinal) || Branch is not null || Operands is not [[var one], ..]
            ? null
            : one;

    /// <summary>Whether an operand is as many registers of a type.</summary>
    public bool HasRegisters(int operand, int count, string type) =>
        Operands.Count > operand
        && Operands[operand].Length == count
        && Operands[operand].All(name => Registers.TryGetValue(name, out var found) && found == type);

    public override string ToString() => Text;

    [GeneratedRegex(
        @"\{[^}]*\}|\[[^\]]*\]|[^\s,{}\[\]]+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Operand();
}
