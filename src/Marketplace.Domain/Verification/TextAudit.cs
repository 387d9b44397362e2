namespace Marketplace.Domain.Verification;

/// <summary>What is known of the verification of a text.</summary>
/// <param name="Draw">Whether it is checked; null where the device committed to nothing.</param>
/// <param name="Verdict">What the check found; null before it, and where there is none.</param>
/// <param name="Skipped">Why a text that was drawn could not be checked, or null.</param>
/// <param name="By">
/// Who found the verdict: <c>platform</c>, or the class of a device, such as <c>cuda.nvidia-h100</c>; null without one,
/// and of before this was told.
/// </param>
[GenerateSerializer, Immutable, Alias("TextAudit")]
public sealed record TextAudit(
    [property: Id(0)] AuditDraw? Draw,
    [property: Id(1)] LogitVerdict? Verdict = null,
    [property: Id(2)] string? Skipped = null,
    [property: Id(3)] string? By = null)
{
    /// <summary>Nobody looked at it: the word of receipts, too.</summary>
    public const string Unchecked = "unchecked";

    /// <summary>Drawn, and not checked yet.</summary>
    public const string Pending = "pending";

    /// <summary>Checked, and it stands.</summary>
    public const string Passed = "passed";

    /// <summary>Checked, and it does not stand: nobody pays for it.</summary>
    public const string Failed = "failed";

    /// <summary>A device that checked and whose class is not known.</summary>
    public const string ByDevice = "device";

    /// <summary>For counting: no device and not the platform.</summary>
    public const string ByNobody = "nobody";

    /// <summary>Who checked, for counting: <c>platform</c>, <c>device</c> or <c>nobody</c>.</summary>
    public string ByWord => Verdict is null ? ByNobody
        : By is null or FindingMeasure.Platform ? FindingMeasure.Platform
        : ByDevice;

    /// <summary>Whether its check is still to come.</summary>
    public bool IsPending => Draw is { IsDrawn: true } && Verdict is null && Skipped is null;

    /// <summary>One of the four words.</summary>
    public string Word => IsPending ? Pending : Verdict is null ? Unchecked : Verdict.Stands ? Passed : Failed;
}
