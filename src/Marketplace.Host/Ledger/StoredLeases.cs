using System.Data.Common;
using System.Text.Json;
using Marketplace.Host.Storage;
using Marketplace.Ledger;
using Marketplace.Ledger.Verify;

namespace Marketplace.Host.Ledger;

/// <summary>
/// Who works on what, from the stored states of the work that has not ended: an attempt that stands there is the truth
/// about its lease, whichever process looks.
/// </summary>
internal sealed class StoredLeases(Databases databases, IRegister register) : ILeaseEvidence
{
    /// <summary>Pieces of work under way that are looked at; with more it cannot be checked.</summary>
    private const int WorkMax = 100_000;

    /// <summary>States of one question.</summary>
    private const int PageMax = 500;

    private const string Job = "inference-job";
    private const string Render = "render";
    private const string Device = "device";

    private static readonly string[] Kinds = [RegisterKinds.Job, RegisterKinds.Render];
    private static readonly string[] States = ["matched", "running"];

    public async Task<IReadOnlyList<ActiveLease>> Read(CancellationToken cancel = default)
    {
        var attempts = new List<(string Device, string Work, string Attempt)>();

        foreach (var page in (await UnderWay(cancel)).Chunk(PageMax))
        {
            foreach (var (id, state) in await Stored([Job, Render], page, cancel))
            {
                attempts.AddRange(Attempts(state).Select(one => (one.Device, id, one.Attempt)));
            }
        }

        var slots = new Dictionary<string, int>(StringComparer.Ordinal);

        foreach (var page in attempts.Select(one => one.Device).Distinct(StringComparer.Ordinal).Chunk(PageMax))
        {
            foreach (var (id, state) in await Stored([Device], page, cancel))
            {
                slots[id] = state.GetProperty("Spec").GetProperty("Slots").GetInt32();
            }
        }

        return [.. attempts.Select(one => new ActiveLease(
            one.Device, one.Work, one.Attempt, slots.GetValueOrDefault(one.Device)))];
    }

    /// <summary>A job has one attempt, a render several; whoever has a settlement has given its device back.</summary>
    private static IEnumerable<(string Device, string Attempt)> Attempts(JsonElement state)
    {
        if (state.TryGetProperty("Settlement", out var end) && end.ValueKind == JsonValueKind.Object)
        {
            yield break;
        }

        if (state.TryGetProperty("Attempt", out var attempt) && attempt.ValueKind == JsonValueKind.Object)
        {
            yield return Of(attempt);
        }

        if (state.TryGetProperty("Running", out var running) && running.ValueKind == JsonValueKind.Array)
        {
            foreach (var one in running.EnumerateArray())
            {
                yield return Of(one);
            }
        }

        static (string Device, string Attempt) Of(JsonElement one) =>
            (one.GetProperty("Device").GetString()!, one.GetProperty("Id").GetString()!);
    }

    private async Task<IReadOnlyList<string>> UnderWay(CancellationToken cancel)
    {
        var ids = new List<string>();

        foreach (var (kind, state) in Kinds.SelectMany(kind => States, (kind, state) => (kind, state)))
        {
            long? before = null;

            for (var full = true; full;)
            {
                var page = await register.List(kind, null, state, before, Register.RowsMax, cancel);
                ids.AddRange(page.Select(row => row.Id));
                full = page.Count == Register.RowsMax;
                before = full ? page[^1].Sequence : null;

                if (ids.Count > WorkMax)
                {
                    throw new InvalidOperationException($"more than {WorkMax} pieces of work are under way");
                }
            }
        }

        return ids;
    }

    /// <summary>The states of these names, for grains of these keys.</summary>
    private async Task<IReadOnlyList<(string Id, JsonElement State)>> Stored(
        IReadOnlyList<string> names, string[] ids, CancellationToken cancel)
    {
        await using var connection = await databases.Orleans.OpenConnectionAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT grain_id_text, payload FROM grain_state
            WHERE payload IS NOT NULL AND state_name IN ({Parameters(command, "n", names)})
              AND grain_id_text IN ({Parameters(command, "i", ids)})
            """;
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new List<(string, JsonElement)>();

        while (await reader.ReadAsync(cancel))
        {
            using var state = JsonDocument.Parse(reader.GetFieldValue<byte[]>(1));
            found.Add((reader.GetString(0), state.RootElement.Clone()));
        }

        return found;
    }

    private static string Parameters(DbCommand command, string prefix, IReadOnlyList<string> values)
    {
        for (var at = 0; at < values.Count; at++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@{prefix}{at}";
            parameter.Value = values[at];
            command.Parameters.Add(parameter);
        }

        return string.Join(", ", Enumerable.Range(0, values.Count).Select(at => $"@{prefix}{at}"));
    }
}
