using Marketplace.Testing;

namespace Marketplace.Architecture.Tests;

/// <summary>The files of the checkout, without what builds and installs leave in it.</summary>
internal static class Repository
{
    private static readonly string[] Skipped = ["artifacts", "bin", "obj", "node_modules", ".git", "TestResults"];

    public static string Root => SharedData.RepositoryRoot;

    /// <summary>Paths from the root, with slashes.</summary>
    public static IEnumerable<string> Files(string folder, params string[] extensions) =>
        Directory.Exists(Path.Combine(Root, folder))
            ? Walk(new DirectoryInfo(Path.Combine(Root, folder)))
                .Where(file => extensions.Contains(file.Extension, StringComparer.Ordinal))
                .Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'))
                .Order(StringComparer.Ordinal)
            : [];

    public static IEnumerable<string> Folders(string folder) =>
        Subfolders(new DirectoryInfo(Path.Combine(Root, folder)))
            .Select(path => Path.GetRelativePath(Root, path.FullName).Replace('\\', '/'));

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    /// <summary>Names of the source projects without <c>Marketplace.</c>.</summary>
    public static IReadOnlyList<string> SourceProjects { get; } =
        [.. Files("src", ".csproj").Select(path => Path.GetFileNameWithoutExtension(path)["Marketplace.".Length..])];

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) =>
        folder.EnumerateFiles().Concat(Subfolders(folder).SelectMany(sub => sub.EnumerateFiles()));

    private static IEnumerable<DirectoryInfo> Subfolders(DirectoryInfo folder) => folder.EnumerateDirectories()
        .Where(sub => !Skipped.Contains(sub.Name, StringComparer.Ordinal) && sub.LinkTarget is null)
        .SelectMany(sub => Subfolders(sub).Prepend(sub));
}
