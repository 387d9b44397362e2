using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace Marketplace.CrashMatrix;

/// <summary>Where renters of all stories are told of events, at an address of their own each.</summary>
internal sealed class HookPost : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _root;
    private readonly ConcurrentQueue<(string Path, string Id, string Type, string Subject)> _told = new();
    private readonly Task _serves;

    public HookPost(string port)
    {
        _root = $"http://127.0.0.1:{port}/";
        _listener.Prefixes.Add(_root);
        _listener.Start();
        _serves = Serve();
    }

    public string Url(string name) => _root + name;

    /// <summary>What a story's renter was told, repeats of an event left out.</summary>
    public IReadOnlyList<(string Id, string Type, string Subject)> Told(string name) =>
    [
        .. _told.Where(one => one.Path == $"/{name}").Select(one => (one.Id, one.Type, one.Subject)).Distinct(),
    ];

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serves;
    }

    private async Task Serve()
    {
        try
        {
            while (_listener.IsListening)
            {
                var context = await _listener.GetContextAsync();
                await Take(context);
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // The market closes.
        }
    }

    private async Task Take(HttpListenerContext context)
    {
        try
        {
            var told = (await JsonNode.ParseAsync(context.Request.InputStream))!;
            _told.Enqueue((
                context.Request.Url!.AbsolutePath,
                (string)told["id"]!,
                (string)told["type"]!,
                (string)told["data"]!["id"]!));
            context.Response.StatusCode = (int)HttpStatusCode.NoContent;
            context.Response.Close();
        }
        catch (Exception broken) when (broken is IOException or HttpListenerException)
        {
            // The host died in the middle of it: it tells again.
        }
    }
}
