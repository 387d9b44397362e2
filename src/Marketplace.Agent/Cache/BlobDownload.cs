using System.Net;
using Marketplace.Agent.Market;
using Marketplace.Agent.Work;
using Microsoft.Extensions.Logging;

namespace Marketplace.Agent.Cache;

/// <summary>Fetches a blob into a partial file and goes on where an earlier try, or an earlier run, ended.</summary>
internal sealed partial class BlobDownload(
    MarketLink link, RunningAttempts attempts, RetryPace pace, AgentOptions options, ILogger<BlobDownload> log)
{
    private const int ChunkBytes = 128 * 1024;

    /// <summary>Fills <paramref name="part"/> up to the given length.</summary>
    /// <exception cref="InvalidDataException">The market does not have it, or has another length.</exception>
    public async Task Fetch(string sha256, long bytes, string part, CancellationToken cancel)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                await Continue(sha256, bytes, part, cancel);
                return;
            }
            catch (MarketRefusal refusal) when (refusal.IsFinal || refusal.Status == HttpStatusCode.NotFound)
            {
                throw new InvalidDataException($"The market does not give {sha256}: {refusal.Message}", refusal);
            }
            catch (Exception fault) when (IsTransient(fault, cancel) && failures < options.DownloadTriesMax)
            {
                Interrupted(sha256, failures, fault.Message);
                await pace.Wait(failures, cancel);
            }
        }
    }

    private static bool IsTransient(Exception fault, CancellationToken cancel) =>
        !cancel.IsCancellationRequested
        && fault is HttpRequestException or MarketRefusal or OperationCanceledException;

    private async Task Continue(string sha256, long bytes, string part, CancellationToken cancel)
    {
        await using var file = new FileStream(
            part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);

        if (file.Length > bytes)
        {
            file.SetLength(0);
        }

        file.Seek(0, SeekOrigin.End);

        if (file.Length == bytes)
        {
            return;
        }

        using var answer = await link.GetBlob(sha256, file.Length, attempts.Works, cancel);

        if (answer.StatusCode != HttpStatusCode.PartialContent
            || answer.Content.Headers.ContentRange?.From != file.Length)
        {
            // The whole file comes: the market does not know ranges.
            file.SetLength(0);
        }

        await Append(answer, file, sha256, bytes, cancel);
    }

    private async Task Append(
        HttpResponseMessage answer, FileStream file, string sha256, long bytes, CancellationToken cancel)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[ChunkBytes];

        while (true)
        {
            idle.CancelAfter(options.CallTimeout);
            var read = await Read(body, buffer, idle.Token);

            if (read == 0)
            {
                break;
            }

            if (file.Length + read > bytes)
            {
                throw new InvalidDataException($"The market sends more than the {bytes} bytes of {sha256}.");
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
        }

        if (file.Length < bytes)
        {
            throw new HttpRequestException($"{sha256} ended after {file.Length} of {bytes} bytes.");
        }
    }

    /// <summary>Tells a broken connection from a full disk: only the first is worth another try.</summary>
    private static async Task<int> Read(Stream body, byte[] buffer, CancellationToken cancel)
    {
        try
        {
            return await body.ReadAsync(buffer, cancel);
        }
        catch (IOException fault)
        {
            throw new HttpRequestException(fault.Message, fault);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "Download of {Sha256} interrupted {Failures} times, going on: {Why}")]
    private partial void Interrupted(string sha256, int failures, string why);
}
