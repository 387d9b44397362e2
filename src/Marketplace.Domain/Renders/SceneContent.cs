using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Renders;

/// <summary>
/// What a scene is called where it is loaded: a hash over its files and how its environment stands, which is all that
/// its moments have in common. Not an id of an account: whoever orders the same content has the same name for it.
/// </summary>
public static class SceneContent
{
    /// <param name="root">Path of the .glb or .gltf.</param>
    /// <param name="environment">Path of the environment, or null.</param>
    /// <param name="light">How the environment stands; null leaves it as its file has it.</param>
    /// <param name="files">Every file, in the order of the manifest.</param>
    /// <returns>Lower-case hex SHA-256.</returns>
    public static string IdOf(
        string root,
        string? environment,
        EnvironmentSetting? light,
        IEnumerable<(string Path, string Sha256)> files)
    {
        var text = new StringBuilder();
        text.Append(root).Append('\0').Append(environment).Append('\0');

        if (light is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"{light.Turns:R}/{light.Factor:R}").Append('\0');
        }

        foreach (var (path, sha256) in files)
        {
            text.Append(path).Append('\0').Append(sha256).Append('\0');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    public static string IdOf(RenderOrder order) => IdOf(
        order.Scene.Root,
        order.Scene.Environment,
        order.Settings?.Environment,
        order.Scene.Files.Select(file => (file.Path, file.Sha256)));
}
