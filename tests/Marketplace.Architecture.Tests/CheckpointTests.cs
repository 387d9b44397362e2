using System.Reflection;
using System.Text.RegularExpressions;
using Marketplace.Domain;

namespace Marketplace.Architecture.Tests;

/// <summary>Checkpoints in the code, their one list and the crash matrix of the documents tell the same.</summary>
public sealed partial class CheckpointTests
{
    private const string Document = "docs/reliability.md";

    private static readonly Dictionary<string, string> Named = typeof(Checkpoints)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral && field.Name != nameof(Checkpoints.CrashAtKey))
        .ToDictionary(field => field.Name, field => (string)field.GetRawConstantValue()!, StringComparer.Ordinal);

    [Fact]
    public void Every_checkpoint_is_in_the_list_once() =>
        Assert.Equal(Named.Values.Order(StringComparer.Ordinal), Checkpoints.All.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_checkpoint_is_reached_by_its_name_in_the_list_and_nowhere_by_a_text()
    {
        var reached = Repository.Files("src", ".cs")
            .SelectMany(path => Reach().Matches(Repository.Text(path)).Select(match => match.Groups["what"].Value))
            .ToHashSet(StringComparer.Ordinal);

        Assert.Equal(
            Named.Keys.Select(name => $"{nameof(Checkpoints)}.{name}").Order(StringComparer.Ordinal),
            reached.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_checkpoint_has_its_row_in_the_crash_matrix_and_every_row_its_checkpoint()
    {
        var rows = Row().Matches(Repository.Text(Document)).Select(match => match.Groups["name"].Value);

        Assert.Equal(Checkpoints.All.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(
        @"heckpoint\.Reach\((?<what>[^)]*)\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Reach();

    /// <summary>Rows of the table of points: the name in code type, what is durable, what must hold.</summary>
    [GeneratedRegex(
        @"^\| `(?<name>[a-z]+(\.[a-z]+)+)` \|",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        10_000)]
    private static partial Regex Row();
}
