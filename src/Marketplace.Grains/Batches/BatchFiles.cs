using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Batches;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Grains.Batches;

/// <summary>
/// What a batch writes: a file of the answers, and one of what was refused, failed or not run, each in OpenAI's lines.
/// </summary>
internal sealed class BatchFiles(BatchId id, StoredBatch batch, IBatchLines lines, IGrainFactory grains) : IDisposable
{
    private const int LinesAtOnce = 32;
    private const int BufferBytes = 64 * 1024;
    private const string RequestPrefix = "batch_req_";

    private readonly FileStream _output = Temporary();
    private readonly FileStream _errors = Temporary();

    /// <summary>The job of a line: its id follows from batch and line, so that a repeat orders nothing more.</summary>
    public static JobId JobOf(BatchId batch, int line) => JobId.From(
        PrefixedId.Derive("batch-line", batch.Value, line.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Writes both files aside.</summary>
    public async Task Write(IBlobStore blobs, CancellationToken cancel)
    {
        await using var input = await BatchCursor.Open(blobs, batch.Wanted!.InputSha256, cancel);

        for (var first = 0; first < batch.Marks.Length; first += LinesAtOnce)
        {
            var end = Math.Min(batch.Marks.Length, first + LinesAtOnce);
            await input.GoTo(end, static _ => true);
            var answers = await Task.WhenAll(
                Enumerable.Range(first, end - first).Select(at => Answer(at, input.Line(at), cancel)));

            for (var at = first; at < end; at++)
            {
                Write(at, input.Line(at), answers[at - first]);
                input.Forget(at);
            }
        }
    }

    /// <summary>Gives both files to the account; null for one that is empty.</summary>
    public async Task<(FileId? Output, FileId? Errors)> Store(IBlobStore blobs, CancellationToken cancel) =>
        (await Store(_output, "output", blobs, cancel), await Store(_errors, "errors", blobs, cancel));

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    private static FileStream Temporary() => new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            BufferSize = BufferBytes,
        });

    private async Task<FileId?> Store(FileStream file, string what, IBlobStore blobs, CancellationToken cancel)
    {
        if (file.Length == 0)
        {
            return null;
        }

        file.Position = 0;

        // As long as it is: what a batch may hold limits it.
        var stored = (PutBlobOutcome.Stored)await blobs.Put(file, null, file.Length, cancel);
        var name = FileId.From(PrefixedId.Derive("batch-file", id.Value, what));
        await grains.GetGrain<IFileGrain>(name.Value).Open(
            batch.Account, $"{id}_{what}.jsonl", FileView.OutputPurpose, stored.Sha256, stored.Bytes, cancel);
        return name;
    }

    /// <summary>The answer to a line; null for one that was not run to its end.</summary>
    private async Task<LineAnswer?> Answer(int at, byte[] line, CancellationToken cancel)
    {
        if (batch.Marks[at] == StoredBatch.Refused)
        {
            return batch.Refusals[at];
        }

        if (batch.Marks[at] == StoredBatch.Open)
        {
            return null;
        }

        var job = grains.GetGrain<IInferenceJobGrain>(JobOf(id, at).Value);
        var ended = await job.Describe(cancel)
            ?? throw new InvalidOperationException($"{id}: the job of line {at} is gone.");
        return lines.Answer(ended, batch.Wanted!.Endpoint, line);
    }

    private void Write(int at, byte[] line, LineAnswer? answer)
    {
        var job = JobOf(id, at).Value;
        var file = answer?.IsSuccess == true ? _output : _errors;

        using (var json = new Utf8JsonWriter(file))
        {
            json.WriteStartObject();
            json.WriteString("id", RequestPrefix + job[JobId.Prefix.Length..]);
            json.WriteString("custom_id", lines.CustomId(line));

            if (answer is null)
            {
                json.WriteNull("response");
            }
            else
            {
                json.WriteStartObject("response");
                json.WriteNumber("status_code", answer.Status);
                json.WriteString("request_id", job);
                json.WritePropertyName("body");
                json.WriteRawValue(answer.Body);
                json.WriteEndObject();
            }

            WriteError(json, answer);
            json.WriteEndObject();
        }

        file.WriteByte((byte)'\n');
    }

    private void WriteError(Utf8JsonWriter json, LineAnswer? answer)
    {
        if (answer is not null)
        {
            json.WriteNull("error");
            return;
        }

        var isLate = batch.Final == BatchState.Expired;
        json.WriteStartObject("error");
        json.WriteString("code", isLate ? "batch_expired" : "batch_cancelled");
        json.WriteString(
            "message",
            isLate
                ? "This request could not be executed before the completion window expired."
                : "The batch was cancelled before this request had ended.");
        json.WriteEndObject();
    }
}
