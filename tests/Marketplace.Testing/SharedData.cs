using Xunit;

namespace Marketplace.Testing;

/// <summary>Models, scenes and recorded outputs that stand beside a checkout, in <c>../shared/data</c>.</summary>
public static class SharedData
{
    /// <summary>Folder that holds Marketplace.sln.</summary>
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    /// <summary>Folder of the data, or null when there is none.</summary>
    public static string? Root { get; } = FindData();

    /// <summary>Full path of a file of the data, such as <c>models/stories260K/stories260K.gguf</c>.</summary>
    public static string Path(string relative) =>
        System.IO.Path.Combine(Root ?? throw new DirectoryNotFoundException("There is no ../shared/data."), relative);

    public static bool Has(string relative) => Root is not null && System.IO.Path.Exists(Path(relative));

    /// <summary>Full path of a file of the data; skips the test with a reason when it is not there.</summary>
    public static string SkipUnless(string relative)
    {
        Assert.SkipUnless(Has(relative), $"../shared/data/{relative} is not there");
        return Path(relative);
    }

    private static string FindRepositoryRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (File.Exists(System.IO.Path.Combine(folder, "Marketplace.sln")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' holds Marketplace.sln.");
    }

    private static string? FindData()
    {
        var data = System.IO.Path.GetFullPath(System.IO.Path.Combine(RepositoryRoot, "..", "shared", "data"));
        return Directory.Exists(data) ? data : null;
    }
}
