namespace Marketplace.Compute.Inference.ModelFiles;

/// <summary>
/// The files of one model by their plain names: those of a folder, or files that lie elsewhere under other names, such
/// as their hashes. No name in it ever becomes a path by itself.
/// </summary>
internal sealed class NamedFiles
{
    private readonly Func<string, string?> _find;
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    private NamedFiles(Func<string, string?> find) => _find = find;

    /// <summary>Names that were asked for and found.</summary>
    public IReadOnlySet<string> Used => _used;

    public static NamedFiles At(string folder) => new(name =>
        Path.Combine(folder, name) is var path && File.Exists(path) ? path : null);

    public static NamedFiles Of(IReadOnlyDictionary<string, string> files) =>
        new(name => files.GetValueOrDefault(name));

    public bool Has(string name) => _find(name) is not null;

    /// <summary>Where the file lies, or null where there is none.</summary>
    public string? Find(string name)
    {
        var path = _find(name);

        if (path is not null)
        {
            _used.Add(name);
        }

        return path;
    }

    /// <exception cref="ModelFormatException">It is not there.</exception>
    public string Get(string name) =>
        Find(name) ?? throw new ModelFormatException($"{name} is missing beside the weights");
}
