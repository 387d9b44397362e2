using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>A token's bytes as a text of their own, as OpenAI writes them.</summary>
internal static class TokenBytes
{
    public static string Show(byte[] bytes) => Utf8.IsValid(bytes)
        ? Encoding.UTF8.GetString(bytes)
        : "bytes:" + string.Concat(bytes.Select(one => string.Create(CultureInfo.InvariantCulture, $"\\x{one:x2}")));
}
