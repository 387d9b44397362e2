using System.Net.Http.Headers;
using System.Text;

namespace Marketplace.Cli.CommandLine;

/// <summary>The one HTTP client of a command: bounded in time and size, https but on this machine.</summary>
internal sealed class Web : IDisposable
{
    private const int AnswerBytesMax = 8 * 1024 * 1024;

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = CallTimeout,
        MaxResponseContentBufferSize = AnswerBytesMax,
    };

    /// <summary>An address that may be called.</summary>
    /// <exception cref="CliFault">It is none, or unencrypted to another machine.</exception>
    public static Uri Address(string option, string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            ? uri
            : throw new CliFault(
                ExitCodes.Usage, $"{option}: '{text}' must be an https address; plain http is for this machine only");

    /// <summary>The text of an answer.</summary>
    /// <exception cref="CliFault">The answer is a refusal.</exception>
    public async Task<string> Get(Uri address, string? apiKey, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await Send(request, apiKey, cancel);
    }

    /// <summary>Posts JSON and answers the text of the answer.</summary>
    /// <exception cref="CliFault">The answer is a refusal.</exception>
    public async Task<string> Post(Uri address, string json, string? apiKey, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await Send(request, apiKey, cancel);
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> Send(HttpRequestMessage request, string? apiKey, CancellationToken cancel)
    {
        if (apiKey is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        }

        using var answer = await _http.SendAsync(request, cancel);
        var text = await answer.Content.ReadAsStringAsync(cancel);

        return answer.IsSuccessStatusCode
            ? text
            : throw new CliFault(ExitCodes.Refused, $"{request.RequestUri}: {(int)answer.StatusCode}: {Cut(text)}");
    }

    private static string Cut(string text)
    {
        const int lengthMax = 500;
        return text.Length <= lengthMax ? text : text[..lengthMax];
    }
}
