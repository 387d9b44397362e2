using Marketplace.Api.Http;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Renders;

namespace Marketplace.Api.Renders;

/// <summary>Names the files of a scene.</summary>
/// <param name="Root" example="CornellBox.glb">Path of the .glb or .gltf among the files.</param>
/// <param name="Files">Every file that the scene refers to.</param>
/// <param name="Environment">Path of a Radiance .hdr among the files, or null.</param>
internal sealed record CreateSceneRequest(
    string Root, IReadOnlyList<SceneFileRequest> Files, string? Environment = null)
{
    public Faults Check()
    {
        var faults = new Faults();
        faults.Range("files", Files.Count, 1, RenderLimits.SceneFilesMax);

        for (var at = 0; at < Files.Count; at++)
        {
            // JSON's null gets past the type.
            if (Files[at] is not { } file)
            {
                faults.Add($"files[{at}]", "is null, wanted are a path and a sha256");
                continue;
            }

            if (WhyBadPath(file.Path) is { } why)
            {
                faults.Add($"files[{at}].path", why);
            }

            if (!AssetHash.IsOne(file.Sha256))
            {
                faults.Add($"files[{at}].sha256", AssetHash.Wanted);
            }
        }

        if (faults.Any)
        {
            return faults;
        }

        if (Files.Select(file => file.Path).Distinct(StringComparer.Ordinal).Count() != Files.Count)
        {
            faults.Add("files", "names a path twice");
        }

        CheckNamed("root", Root, faults);

        if (Environment is not null)
        {
            CheckNamed("environment", Environment, faults);
        }

        return faults;
    }

    public SceneManifest ToManifest(IReadOnlyList<SceneFile> files) => new(Root, files, Environment);

    /// <summary>The id follows from account and files: the same scene twice is one scene.</summary>
    public static SceneId Name(AccountId account, SceneManifest manifest) => SceneId.From(PrefixedId.Derive(
    [
        "scene",
        account.Value,
        manifest.Root,
        manifest.Environment ?? string.Empty,
        .. manifest.Files.OrderBy(file => file.Path, StringComparer.Ordinal).SelectMany(
            file => new[] { file.Path, file.Sha256 }),
    ]));

    private static string? WhyBadPath(string path)
    {
        if (path.Length is 0 or > RenderLimits.PathLengthMax)
        {
            return $"has {path.Length} characters, allowed are 1 to {RenderLimits.PathLengthMax}";
        }

        return path.Contains('\\', StringComparison.Ordinal)
            || path.Contains(':', StringComparison.Ordinal)
            || path.Any(char.IsControl)
            || path.Split('/').Any(part => part is "" or "." or "..")
                ? "must be a relative path of plain names and forward slashes"
                : null;
    }

    private void CheckNamed(string field, string path, Faults faults)
    {
        if (Files.All(file => file.Path != path))
        {
            faults.Add(field, $"'{path}' is not among the files");
        }
    }
}
