using System.Net;
using System.Text.Json.Nodes;
using Marketplace.EndToEnd.Tests.Processes;

namespace Marketplace.CrashMatrix;

/// <summary>
/// A customer's program as it should be written: what was not answered is asked again under the same Idempotency-Key,
/// until it is.
/// </summary>
internal sealed class PatientClient(RestClient rest, CancellationToken cancel)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(60);

    private readonly List<(string Path, object Body, string Key, string Id)> _made = [];

    public CancellationToken Cancel => cancel;

    public Task<JsonNode> Get(string path) => Insist(() => rest.Get(path, cancel), path);

    public Task<JsonNode> Put(string path, object body) => Insist(() => rest.Put(path, body, cancel), path);

    public Task Upload(string sha256, byte[] bytes) => Insist(
        async () =>
        {
            await rest.Upload(sha256, bytes, cancel);
            return true;
        },
        sha256);

    /// <summary>Makes something; what was made is remembered for <see cref="Repeat"/>.</summary>
    public async Task<JsonNode> Make(string path, object body, string key)
    {
        var made = await Insist(() => rest.Post(path, body, cancel, key), path);

        if ((string?)made["id"] is { } id)
        {
            _made.Add((path, body, key, id));
        }

        return made;
    }

    /// <summary>A post whose answer is taken as it comes, refusals included: null for them.</summary>
    public async Task<JsonNode?> TryMake(string path, object body, string key)
    {
        try
        {
            return await Make(path, body, key);
        }
        catch (HttpRequestException refused) when (refused.StatusCode is HttpStatusCode.Conflict
            or HttpStatusCode.UnprocessableEntity)
        {
            return null;
        }
    }

    /// <summary>Does something that has no key of its own; false when it is refused, or was done before.</summary>
    public async Task<bool> Act(string path, object body)
    {
        try
        {
            await Insist(() => rest.Post(path, body, cancel), path);
            return true;
        }
        catch (HttpRequestException refused) when (refused.StatusCode is HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    public Task<JsonNode> Until(string path, string awaited, Func<JsonNode, bool> holds) =>
        Eventually.Holds(awaited, _ => Get(path), holds, Patience, cancel);

    /// <summary>Everything that was made, asked for once more: the same key must answer the same thing.</summary>
    public async Task<IReadOnlyList<string>> Repeat()
    {
        var wrong = new List<string>();

        foreach (var (path, body, key, id) in _made)
        {
            var again = (string)(await Insist(() => rest.Post(path, body, cancel, key), path))["id"]!;

            if (again != id)
            {
                wrong.Add($"{path} made {id}, and again {again} under the same Idempotency-Key");
            }
        }

        return wrong;
    }

    /// <summary>The client gave up waiting; nobody told it to.</summary>
    private bool IsTimeout(Exception broken) => broken is TaskCanceledException && !cancel.IsCancellationRequested;

    private async Task<T> Insist<T>(Func<Task<T>> ask, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        using var pace = new PeriodicTimer(AskEvery);
        var last = string.Empty;

        try
        {
            do
            {
                try
                {
                    return await ask();
                }
                catch (HttpRequestException failed) when (failed.StatusCode is null
                    or HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
                {
                    last = failed.Message;
                }
                catch (Exception broken) when (broken is IOException || IsTimeout(broken))
                {
                    last = broken.Message;
                }
            }
            while (await pace.WaitForNextTickAsync(limit.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Told below.
        }

        throw new TimeoutException($"{what} was not answered for {Patience.TotalSeconds} s: {last}");
    }
}
