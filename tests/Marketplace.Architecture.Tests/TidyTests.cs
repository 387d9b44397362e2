using System.Text.RegularExpressions;

namespace Marketplace.Architecture.Tests;

/// <summary>Habits that no analyzer looks after.</summary>
public sealed partial class TidyTests
{
    private const int LinesMax = 400;
    private const int ColumnsMax = 120;

    // Not written out, since this file is looked at too.
    private const string Reminder = "TO" + "DO";
    private const string Fold = "#" + "region";

    private static readonly string[] ForbiddenFolders =
    [
        "Models", "Services", "Managers", "Helpers", "Utils", "Utilities", "Common", "Shared", "Core", "Interfaces", "Dtos",
        "Extensions",
    ];

    private static readonly string[] ForbiddenSuffixes =
        ["Helper", "Helpers", "Util", "Utils", "Utilities", "Manager", "Dto", "Impl"];

    [Fact]
    public void No_source_file_is_longer_than_a_reader_can_hold()
    {
        var tooLong = Repository.Files("src", ".cs")
            .Select(path => (path, lines: Repository.Lines(path).Length))
            .Where(file => file.lines > LinesMax)
            .Select(file => $"{file.path}: {file.lines} lines, at most {LinesMax}");

        Offenders.None(tooLong);
    }

    [Fact]
    public void No_line_is_wider_than_the_screen()
    {
        var tooWide = Repository.Files("src", ".cs")
            .SelectMany(path => Numbered(path).Where(line => line.Text.Length > ColumnsMax)
                .Select(line => $"{path}:{line.Number}: {line.Text.Length} columns, at most {ColumnsMax}"));

        Offenders.None(tooWide);
    }

    /// <summary>ILGPU does not pin what it copies: <c>PinnedCopies</c> does.</summary>
    [Fact]
    public void Nothing_is_copied_from_or_to_a_device_unpinned()
    {
        var unpinned = Code()
            .Where(path => Path.GetFileName(path) is not ("PinnedCopies.cs" or "TidyTests.cs"))
            .SelectMany(path => Numbered(path).Where(line => UnpinnedCopy().IsMatch(line.Text))
                .Select(line => $"{path}:{line.Number}: {line.Text.Trim()}: use PinnedCopies"));

        Offenders.None(unpinned);
    }

    [Fact]
    public void Nothing_is_folded_away()
    {
        var folds = Code().SelectMany(path => Numbered(path)
            .Where(line => line.Text.Contains(Fold, StringComparison.OrdinalIgnoreCase))
            .Select(line => $"{path}:{line.Number}"));

        Offenders.None(folds);
    }

    [Fact]
    public void Every_reminder_in_the_code_names_its_issue()
    {
        var unowned = Code().Concat(Repository.Files("infra", ".sh", ".mjs")).SelectMany(path => Numbered(path)
            .Where(line => line.Text.Contains(Reminder, StringComparison.Ordinal) && !Issue().IsMatch(line.Text))
            .Select(line => $"{path}:{line.Number}: {line.Text.Trim()}"));

        Offenders.None(unowned);
    }

    [Fact]
    public void No_folder_is_named_after_nothing()
    {
        var empty = Repository.Folders("src").Concat(Repository.Folders("tests"))
            .Where(path => ForbiddenFolders.Contains(Path.GetFileName(path), StringComparer.OrdinalIgnoreCase));

        Offenders.None(empty);
    }

    [Fact]
    public void No_type_is_named_after_nothing()
    {
        var empty = Code().SelectMany(path => Numbered(path)
            .Select(line => Declaration().Match(line.Text))
            .Where(match => match.Success && ForbiddenSuffixes.Any(
                suffix => match.Groups["name"].Value.EndsWith(suffix, StringComparison.Ordinal)))
            .Select(match => $"{path}: {match.Groups["name"].Value}"));

        Offenders.None(empty);
    }

    [Fact]
    public void Every_link_of_the_documents_leads_somewhere()
    {
        string[] roots = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"];
        var documents = roots.Where(Repository.Exists).Concat(Repository.Files("docs", ".md"))
            .Concat(Repository.Files("infra", ".md"));
        var dead = documents.SelectMany(path => Link().Matches(Repository.Text(path))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains(':', StringComparison.Ordinal) && !target.StartsWith('#'))
            .Where(target => !Repository.Exists(Target(path, target)))
            .Select(target => $"{path}: {target}"));

        Offenders.None(dead);
    }

    private static IEnumerable<string> Code() => Repository.Files("src", ".cs").Concat(Repository.Files("tests", ".cs"));

    private static IEnumerable<(int Number, string Text)> Numbered(string path) =>
        Repository.Lines(path).Select((text, at) => (at + 1, text));

    private static string Target(string document, string target) =>
        Path.Combine(Path.GetDirectoryName(document)!, target.Split('#')[0]);

    [GeneratedRegex(
        @"\.(CopyToCPU|CopyFromCPU|GetAsArray[123]D|Allocate1D)(UnsafeAsync)?\(",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        10_000)]
    private static partial Regex UnpinnedCopy();

    [GeneratedRegex(@"#\d+", RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex Issue();

    [GeneratedRegex(
        @"^\s*(public|internal|private|protected|sealed|static|abstract|readonly|partial|file|\s)*"
        + @"\b(class|record|struct|interface|enum)\s+(struct\s+|class\s+)?(?<name>\w+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        10_000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Link();
}
