using System.ComponentModel.DataAnnotations;

namespace Marketplace.Host.Ledger;

/// <summary>How the books are watched and sealed; section <c>Books</c>.</summary>
public sealed class BooksOptions
{
    public const string Section = "Books";

    /// <summary>How often every invariant of the books is checked; the quick ones also at the start.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan VerifyEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long after a difference with an outside source the books are read again; only one that is still there stops
    /// payouts, since the two are never read at the same moment.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:30:00")]
    public TimeSpan ConfirmAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often it is looked whether a block of journals can be sealed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SealLookEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Journals of one sealed block.</summary>
    [Range(1, 10_000)]
    public int SealEvery { get; set; } = 1_000;

    /// <summary>Age of the oldest unsealed journal at which a smaller block is sealed.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan SealAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Folder for copies of the seals, best on another disk; null takes <c>seals</c> in the data directory.
    /// </summary>
    public string? SealDirectory { get; set; }

    internal string SealPath(string dataDirectory) => SealDirectory ?? Path.Combine(dataDirectory, "seals");
}
