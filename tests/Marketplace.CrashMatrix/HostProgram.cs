namespace Marketplace.CrashMatrix;

/// <summary>How the host is started: by default as it was built beside this, else a published one.</summary>
internal static class HostProgram
{
    private const string Assembly = "Marketplace.Host.dll";

    /// <summary>The file to run, and what comes before its own arguments.</summary>
    /// <param name="published">Path of a published executable; null for none.</param>
    public static (string File, string[] Arguments) Of(string? published) => published is null
        ? ("dotnet", [Path.Combine(AppContext.BaseDirectory, Assembly)])
        : (published, []);

    /// <summary>Where its assemblies lie.</summary>
    public static string FolderOf(string? published) => published is null
        ? AppContext.BaseDirectory
        : Path.GetDirectoryName(Path.GetFullPath(published))!;
}
