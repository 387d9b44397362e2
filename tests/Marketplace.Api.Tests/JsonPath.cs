using System.Text.Json;

namespace Marketplace.Api.Tests;

/// <summary>Short ways into JSON answers.</summary>
internal static class JsonPath
{
    /// <summary>The text at a path such as <c>account.id</c>.</summary>
    public static string Text(this JsonElement json, string path) => json.At(path).GetString()!;

    public static JsonElement At(this JsonElement json, string path)
    {
        foreach (var name in path.Split('.'))
        {
            json = json.GetProperty(name);
        }

        return json;
    }

    public static string[] Fields(this JsonElement problem) =>
        [.. problem.GetProperty("errors").EnumerateArray().Select(error => error.Text("field"))];
}
