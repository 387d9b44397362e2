using System.Xml.Linq;

namespace Marketplace.Architecture.Tests;

/// <summary>The table of references of docs/architecture.md. A new arrow is a decision: change it here and there.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Domain"] = [],
        ["Ledger"] = ["Domain"],
        ["Solana"] = [],
        ["Stripe"] = ["Domain"],
        ["Grains.Abstractions"] = ["Domain"],
        ["Storage"] = ["Grains.Abstractions"],
        ["Grains"] = ["Domain", "Grains.Abstractions", "Ledger", "Solana", "Stripe"],
        ["Agent.Protocol"] = ["Domain"],
        ["Api"] = ["Agent.Protocol", "Domain", "Grains.Abstractions"],
        ["Compute"] = [],
        ["Compute.Inference"] = ["Compute"],
        ["Compute.Rendering"] = ["Compute"],
        ["Compute.Kernels"] = ["Compute"],
        ["Host"] =
        [
            "Api", "Compute", "Compute.Inference", "Compute.Kernels", "Compute.Rendering", "Domain", "Grains",
            "Grains.Abstractions", "Ledger", "Solana", "Storage", "Stripe",
        ],
        ["Agent"] = ["Agent.Protocol", "Compute", "Compute.Inference", "Compute.Kernels", "Compute.Rendering"],
        ["Cli"] = ["Domain"],
        ["Training"] = ["Compute", "Compute.Inference"],
        ["Console"] = [],
    };

    public static TheoryData<string> Projects => [.. Repository.SourceProjects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_what_the_table_allows_and_nothing_else(string project)
    {
        Assert.True(Allowed.ContainsKey(project), $"Marketplace.{project} is not in the table of references");
        var expected = Allowed[project].Where(Repository.SourceProjects.Contains);

        Assert.Equal(string.Join(", ", expected), string.Join(", ", References(project)));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_source_project_has_a_test_project(string project)
    {
        var tests = $"tests/Marketplace.{project}.Tests";
        Assert.True(Repository.Exists($"{tests}/Marketplace.{project}.Tests.csproj"), $"{tests} is missing");
        Assert.True(
            Repository.Files(tests, ".cs").Any(file => file.EndsWith("Tests.cs", StringComparison.Ordinal)),
            $"{tests} holds no test");
    }

    [Fact]
    public void The_solution_holds_every_project()
    {
        var solution = Repository.Text("Marketplace.sln").Replace('\\', '/');
        var missing = Repository.Files("src", ".csproj").Concat(Repository.Files("tests", ".csproj"))
            .Where(path => !solution.Contains(path, StringComparison.Ordinal));

        Offenders.None(missing);
    }

    [Fact]
    public void Package_versions_stand_in_one_file()
    {
        var versions = Repository.Files("src", ".csproj").Concat(Repository.Files("tests", ".csproj"))
            .Where(path => XDocument.Parse(Repository.Text(path)).Descendants("PackageReference")
                .Any(reference => reference.Attribute("Version") is not null || reference.Element("Version") is not null));

        Offenders.None(versions);
    }

    private static IEnumerable<string> References(string project) =>
        XDocument.Parse(Repository.Text($"src/Marketplace.{project}/Marketplace.{project}.csproj"))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
            .Select(name => name["Marketplace.".Length..])
            .Order(StringComparer.Ordinal);
}
