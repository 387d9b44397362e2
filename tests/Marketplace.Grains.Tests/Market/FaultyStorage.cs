using System.Collections.Concurrent;
using System.Text.Json;
using Orleans.Storage;

namespace Marketplace.Grains.Tests.Market;

/// <summary>Grain state as JSON in memory, as the product stores it, with writes that can be made to fail.</summary>
internal sealed class FaultyStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<string, (string Json, int Version)> _rows = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _faults = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, (int Writes, TaskCompletionSource Written)> _awaited =
        new(StringComparer.Ordinal);

    /// <summary>The next write of this grain fails.</summary>
    /// <param name="grainKey">Its key.</param>
    /// <param name="written">Whether it is stored all the same, and only nobody hears of that.</param>
    public void FailNextWrite(string grainKey, bool written = false) => _faults[grainKey] = written;

    public int Writes(string grainKey) =>
        _rows.Where(row => row.Key.EndsWith(grainKey, StringComparison.Ordinal)).Sum(row => row.Value.Version);

    /// <summary>When this grain has written so often.</summary>
    public Task Written(string grainKey, int writes)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited[grainKey] = (writes, written);
        Tell(grainKey);
        return written.Task;
    }

    /// <summary>What is stored of this grain.</summary>
    public T Stored<T>(string stateName, string grainKey) =>
        JsonSerializer.Deserialize<T>(_rows[$"{stateName}/{grainKey}"].Json)!;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_rows.TryGetValue(Key(stateName, grainId), out var row))
        {
            grainState.State = JsonSerializer.Deserialize<T>(row.Json)!;
            grainState.ETag = $"{row.Version}";
            grainState.RecordExists = true;
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var grainKey = grainId.Key.ToString()!;

        var isFault = _faults.TryRemove(grainKey, out var written);

        if (isFault && !written)
        {
            throw new IOException($"The disk refused {grainKey}.");
        }

        var json = JsonSerializer.Serialize(grainState.State);
        var row = _rows.AddOrUpdate(
            Key(stateName, grainId),
            _ => (json, FirstVersion(grainState.ETag)),
            (_, known) => grainState.ETag == $"{known.Version}"
                ? (json, known.Version + 1)
                : throw Inconsistent($"{known.Version}", grainState.ETag));

        if (isFault)
        {
            throw new IOException($"The disk said nothing of {grainKey}.");
        }

        grainState.ETag = $"{row.Version}";
        grainState.RecordExists = true;
        Tell(grainKey);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _rows.TryRemove(Key(stateName, grainId), out _);
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    private static int FirstVersion(string? told) => told is null ? 1 : throw Inconsistent("none", told);

    private static InconsistentStateException Inconsistent(string stored, string? told) =>
        new("Another activation has written.", stored, told);

    private void Tell(string grainKey)
    {
        if (_awaited.TryGetValue(grainKey, out var awaited) && Writes(grainKey) >= awaited.Writes)
        {
            awaited.Written.TrySetResult();
        }
    }

    private static string Key(string stateName, GrainId grainId) => $"{stateName}/{grainId.Key}";
}
