using System.Collections.Concurrent;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Inference;

namespace Marketplace.Grains.Tests.Market;

/// <summary>Computes nothing: finds what a test says of a job, and every other text in order.</summary>
internal sealed class FakeAuditor : ILogitAuditor
{
    public static readonly LogitVerdict Good = new(null, 4, 0, 1e-6, 0);

    public static readonly LogitVerdict Bad = new(LogitVerdict.OtherLogits, 4, 4, 2.5, 0);

    private readonly ConcurrentDictionary<string, Task<LogitAuditOutcome>> _outcomes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LogitVerdict> _later = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LogitAuditOutcome> _seen = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<LogitAuditRequest> _asked = new();

    public IEnumerable<LogitAuditRequest> Asked(string job) => _asked.Where(one => one.Job.Value == job);

    /// <summary>What the check of a job finds, and when.</summary>
    public void Find(string job, Task<LogitAuditOutcome> outcome) => _outcomes[job] = outcome;

    public void Find(string job, LogitVerdict verdict) =>
        Find(job, Task.FromResult<LogitAuditOutcome>(new LogitAuditOutcome.Judged(verdict)));

    /// <summary>What is seen of a job's text without computing it.</summary>
    public void See(string job, LogitAuditOutcome outcome) => _seen[job] = outcome;

    /// <summary>What every later check of the job finds.</summary>
    public void FindThen(string job, LogitVerdict verdict) => _later[job] = verdict;

    /// <summary>What the check of vectors finds; the hash of a file that stands is anything else.</summary>
    public string? BadVectors { get; set; }

    public Task<LogitAuditOutcome> Audit(VectorAuditRequest vectors, CancellationToken cancel = default) =>
        Task.FromResult<LogitAuditOutcome>(new LogitAuditOutcome.Judged(
            vectors.VectorsSha256 == BadVectors ? Bad with { Cause = LogitVerdict.OtherVectors } : Good));

    public Task<LogitAuditOutcome> Look(LogitAuditRequest text, CancellationToken cancel = default) =>
        Task.FromResult(_seen.TryGetValue(text.Job.Value, out var seen)
            ? seen
            : new LogitAuditOutcome.Skipped("nobody could"));

    public Task<LogitAuditOutcome> Audit(LogitAuditRequest text, CancellationToken cancel = default)
    {
        _asked.Enqueue(text);

        return _later.TryGetValue(text.Job.Value, out var later) && Asked(text.Job.Value).Count() > 1
            ? Task.FromResult<LogitAuditOutcome>(new LogitAuditOutcome.Judged(later))
            : _outcomes.TryGetValue(text.Job.Value, out var outcome)
            ? outcome
            : Task.FromResult<LogitAuditOutcome>(new LogitAuditOutcome.Judged(Good));
    }
}
