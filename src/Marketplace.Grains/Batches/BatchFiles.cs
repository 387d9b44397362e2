using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Batches;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Grains.Batches;

/// <summary>
/// What a batch writes: a file of the answers, and one of what was refused, failed or not run, each in OpenAI's lines.
/// Written in turns that end soon, so that the batch answers between them; what a crash cut off is written again from
/// its beginning, and comes to the same bytes.
/// </summary>
internal sealed class BatchFiles(BatchId id, StoredBatch batch, IBatchLines lines, IGrainFactory grains)
    : IAsyncDisposable
{
    /// <summary>Lines that one turn writes.</summary>
    internal const int LinesPerTurn = 64;

    private const int BufferBytes = 64 * 1024;
    private const string RequestPrefix = "batch_req_";

    /// <summary>How long one turn waits for the store.</summary>
    internal static readonly TimeSpan StoreTurn = TimeSpan.FromMilliseconds(200);

    private readonly FileStream _output = Temporary();
    private readonly FileStream _errors = Temporary();
    private readonly CancellationTokenSource _stop = new();
    private BatchCursor? _input;
    private Task<(PutBlobOutcome.Stored? Output, PutBlobOutcome.Stored? Errors)>? _storing;
    private int _next;

    /// <summary>The job of a line: its id follows from batch and line, so that a repeat orders nothing more.</summary>
    public static JobId JobOf(BatchId batch, int line) => JobId.From(
        PrefixedId.Derive("batch-line", batch.Value, line.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Writes the next lines of both files aside; false once there are no more.</summary>
    public async Task<bool> WriteSome(IBlobStore blobs, CancellationToken cancel)
    {
        if (_next == batch.Marks.Length)
        {
            return false;
        }

        _input ??= await BatchCursor.Open(blobs, batch.Wanted!.InputSha256, cancel);
        var turn = Math.Min(batch.Marks.Length, _next + LinesPerTurn);
        var atOnce = lines.AnswersAtOnce(batch.Wanted!.Endpoint);

        while (_next < turn)
        {
            var (first, end) = (_next, Math.Min(turn, _next + atOnce));
            await _input.GoTo(end, static _ => true);
            var answers = await Task.WhenAll(
                Enumerable.Range(first, end - first).Select(at => Answer(at, _input.Line(at), cancel)));

            for (; _next < end; _next++)
            {
                Write(_next, _input.Line(_next), answers[_next - first]);
                _input.Forget(_next);
            }
        }

        return _next < batch.Marks.Length;
    }

    /// <summary>
    /// Gives both files to the account, no id for one that is empty; null while the store is not done with them.
    /// </summary>
    public async Task<(FileId? Output, FileId? Errors)?> Store(
        IBlobStore blobs, TimeProvider clock, CancellationToken cancel)
    {
        // Beside the turns: it reads and syncs as many bytes as the files have.
        _storing ??= Task.Run(
            async () => (await Put(_output, blobs, _stop.Token), await Put(_errors, blobs, _stop.Token)), cancel);

        try
        {
            var (output, errors) = await _storing.WaitAsync(StoreTurn, clock, cancel);
            return (await Open(output, "output", blobs, cancel), await Open(errors, "errors", blobs, cancel));
        }
        catch (TimeoutException) when (!_storing.IsCompleted)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();

        if (_storing is not null)
        {
            await ((Task)_storing).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        if (_input is not null)
        {
            await _input.DisposeAsync();
        }

        await _output.DisposeAsync();
        await _errors.DisposeAsync();
        _stop.Dispose();
    }

    private static async Task<PutBlobOutcome.Stored?> Put(FileStream file, IBlobStore blobs, CancellationToken cancel)
    {
        if (file.Length == 0)
        {
            return null;
        }

        file.Position = 0;

        // As long as it is: what a batch may hold limits it.
        return (PutBlobOutcome.Stored)await blobs.Put(file, null, file.Length, cancel);
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

    private async Task<FileId?> Open(
        PutBlobOutcome.Stored? stored, string what, IBlobStore blobs, CancellationToken cancel)
    {
        if (stored is null)
        {
            return null;
        }

        var name = FileId.From(PrefixedId.Derive("batch-file", id.Value, what));
        var file = await grains.GetGrain<IFileGrain>(name.Value).Open(
            batch.Account, $"{id}_{what}.jsonl", FileView.OutputPurpose, stored.Sha256, stored.Bytes, cancel);

        // One that its owner has deleted by now stays so; bytes that went with another file are written again.
        return file is null && await blobs.Length(stored.Sha256, cancel) is null
            ? throw new InvalidOperationException($"{id}: the bytes of its {what} were deleted while they came.")
            : name;
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
        return await lines.Answer(ended, batch.Wanted!.Endpoint, line, cancel);
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
