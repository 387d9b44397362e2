using Marketplace.Domain.Accounts;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Grains.Abstractions.Batches;

/// <summary>
/// Knows the requests of the endpoints that batches run: reads a line, orders its job and writes its answer with the
/// code that answers the direct request.
/// </summary>
public interface IBatchLines
{
    /// <summary>Reads a line's envelope; what is wrong inside its body is the answer to that line.</summary>
    LineReading Read(string endpoint, ReadOnlyMemory<byte> line);

    /// <summary>The name of a line that was read without a fault; its body is passed over.</summary>
    string? CustomId(ReadOnlyMemory<byte> line);

    /// <summary>Orders the line's job under this id; again with the same id nothing more is ordered.</summary>
    Task<LineOutcome> Order(
        AccountId account, JobId id, string endpoint, ReadOnlyMemory<byte> line, CancellationToken cancel = default);

    /// <summary>The answer of a line whose job is over.</summary>
    Task<LineAnswer> Answer(
        JobView ended, string endpoint, ReadOnlyMemory<byte> line, CancellationToken cancel = default);

    /// <summary>How many answers of lines may be held in memory at once.</summary>
    int AnswersAtOnce(string endpoint);
}
