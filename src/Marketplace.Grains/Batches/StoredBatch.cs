using System.Text.Json.Serialization;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Batches;

namespace Marketplace.Grains.Batches;

/// <summary>
/// What is stored of a batch; without a wish it was never started. Texts stay with the lines' jobs until the files are
/// written: a line's job has an id that follows from batch and line, so nothing need be kept of it here.
/// </summary>
[GenerateSerializer, Alias("StoredBatch")]
internal sealed record StoredBatch
{
    /// <summary>Mark of a line that has not ended.</summary>
    public const char Open = '.';

    /// <summary>Mark of a line whose job succeeded.</summary>
    public const char Succeeded = '+';

    /// <summary>Mark of a line whose job did not.</summary>
    public const char Failed = '-';

    /// <summary>Mark of a line that got no job; its answer is stored.</summary>
    public const char Refused = 'x';

    [Id(0)]
    public AccountId Account { get; init; }

    [Id(1)]
    public NewBatch? Wanted { get; init; }

    [Id(2)]
    public BatchState State { get; init; }

    [Id(3)]
    public DateTimeOffset CreatedAt { get; init; }

    [Id(4)]
    public IReadOnlyDictionary<BatchState, DateTimeOffset> Times { get; init; } =
        new Dictionary<BatchState, DateTimeOffset>();

    /// <summary>A mark for each line.</summary>
    [Id(5)]
    public string Marks { get; init; } = string.Empty;

    /// <summary>Lines that were begun: stored before any of their jobs is ordered.</summary>
    [Id(6)]
    public int Begun { get; init; }

    /// <summary>The answers of lines that got no job, by line from 0.</summary>
    [Id(7)]
    public IReadOnlyDictionary<int, LineAnswer> Refusals { get; init; } = new Dictionary<int, LineAnswer>();

    [Id(8)]
    public IReadOnlyList<BatchFault> Faults { get; init; } = [];

    [Id(9)]
    public FileId? Output { get; init; }

    [Id(10)]
    public FileId? Errors { get; init; }

    /// <summary>How it ends once its files are written.</summary>
    [Id(11)]
    public BatchState Final { get; init; } = BatchState.Completed;

    [JsonIgnore]
    public bool IsOver => IsEnd(State);

    /// <summary>Whether nothing follows on this state.</summary>
    public static bool IsEnd(BatchState state) =>
        state is BatchState.Failed or BatchState.Completed or BatchState.Expired or BatchState.Cancelled;

    public int Count(char mark) => Marks.AsSpan().Count(mark);
}
