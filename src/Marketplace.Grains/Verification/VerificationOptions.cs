namespace Marketplace.Grains.Verification;

/// <summary>How results are verified. Section <c>Verification</c>.</summary>
public sealed class VerificationOptions
{
    public const string Section = "Verification";

    /// <summary>
    /// Whether a model's text is refused that comes without a commitment to its logits, and a unit of a render without
    /// one to its leaves. Where they are not, they stay unchecked, and so do texts that are cut short and vectors.
    /// Default true.
    /// </summary>
    public bool RequireCommitments { get; set; } = true;

    /// <summary>
    /// Whether devices are told the model's id and commit to it (<c>spol/2</c>) instead of the file's hash. Set it to
    /// false while hosts of before there were ids still run: they fail such a commitment. Default true.
    /// </summary>
    public bool CommitToModelIds { get; set; } = true;

    /// <summary>
    /// The least probability that a text of average value is checked, once its device has earned trust. Default 0.02.
    /// </summary>
    public double AuditFloor { get; set; } = 0.02;

    /// <summary>
    /// Charge of a text of average value in micro-USDC: trust is earned, and checks are drawn, in proportion to it.
    /// Default 100.
    /// </summary>
    public long AverageCharge { get; set; } = 100;

    /// <summary>
    /// Charge of a render unit of average value in micro-USDC, as <see cref="AverageCharge"/> is of a text. Default
    /// 10000.
    /// </summary>
    public long AverageUnitCharge { get; set; } = 10_000;

    /// <summary>
    /// A check that has no verdict after this long is given up, and the text or unit is paid for unchecked. A text that
    /// the platform found at fault by numbers, and of which others have not decided by then, fails by that finding. A
    /// rejected frame of which nothing was checked by then waits for its renter's word again. Default 1 hour.
    /// </summary>
    public TimeSpan AuditLimit { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a device is watched more closely after a suspicion. Default 1 day.</summary>
    public TimeSpan WatchedFor { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Failed checks within <see cref="FailuresCountFor"/> that set a device aside. Default 2.</summary>
    public int FailuresMax { get; set; } = 2;

    /// <summary>How long a failed check counts against its device. Default 30 days.</summary>
    public TimeSpan FailuresCountFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Largest model that the platform loads to check its texts, bytes of its files. They are mapped and not copied:
    /// what memory does not hold is read again with each check. Default 24 GiB.
    /// </summary>
    public long ModelBytesMax { get; set; } = 24L << 30;

    /// <summary>Most memory for the keys and values of a text that is checked, bytes. Default 4 GiB.</summary>
    public long KeyValueBytesMax { get; set; } = 4L << 30;

    /// <summary>
    /// Checks of one provider's texts that may wait on one host, as many of its units of renders, and as many of units
    /// of frames that one renter rejected; more come later. Default 32.
    /// </summary>
    public int WaitingPerProvider { get; set; } = 32;

    /// <summary>Leaves of a drawn unit that are traced again, if so many tell something. Default 2.</summary>
    public int LeavesPerUnit { get; set; } = 2;

    /// <summary>
    /// Most pixel samples that the check of one unit traces, the leaves that tell nothing included. Default 4194304.
    /// </summary>
    public long UnitSamplesMax { get; set; } = 4L << 20;

    /// <summary>
    /// Largest scene that the platform loads to check units of it, bytes of its files. Default 1 GiB.
    /// </summary>
    public long SceneBytesMax { get; set; } = 1L << 30;

    /// <summary>
    /// Threads that a host checks texts with, one text at a time, as many for units of renders, and as many for units
    /// of rejected frames. Default 1.
    /// </summary>
    public int AuditThreads { get; set; } = 1;

    /// <summary>
    /// Folder with the files of <c>marketplace-agent calibrate --json</c>, read at the start: they replace the
    /// thresholds that hold before. Empty: none.
    /// </summary>
    public string? CalibrationFolder { get; set; }

    /// <summary>
    /// Whether devices of other owners are asked to compute a text again before one is punished for it that the
    /// platform found at fault by numbers, and to check one that the platform does not check. They see its prompt.
    /// Where none could be asked, none has come within <see cref="OpinionPatience"/>, or four were asked and no two
    /// agree, the platform's second check decides. False: its first one does. Default true.
    /// </summary>
    public bool SecondOpinions { get; set; } = true;

    /// <summary>
    /// For so long another device of the same kind is waited for; then the platform runs its check again, and what it
    /// cannot check stays unchecked. Default 2 minutes.
    /// </summary>
    public TimeSpan OpinionPatience { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>What a device has to compute a text again; then the next is asked. Default 5 minutes.</summary>
    public TimeSpan OpinionLimit { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether the platform computes texts and vectors again itself. False: it looks at what needs no weights, and
    /// devices of other owners check texts; vectors stay unchecked. Default true.
    /// </summary>
    public bool PlatformChecks { get; set; } = true;

    /// <summary>
    /// A text that the platform has not checked after this long is given to devices of other owners, where there are
    /// any. Default 10 minutes.
    /// </summary>
    public TimeSpan PlatformPatience { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Probability that a text which a device has accepted in the platform's place is checked by a second one, of
    /// another owner. Default 0.1.
    /// </summary>
    public double SecondCheckRate { get; set; } = 0.1;

    /// <summary>
    /// How long the finding of a text is kept that was judged against its device, or over which opinions differed, with
    /// the device's records and what others measured. Default 90 days.
    /// </summary>
    public TimeSpan FindingsKeptFor { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Findings of one device that are kept; more push out the oldest. Default 100.</summary>
    public int FindingsPerDevice { get; set; } = 100;

    /// <summary>What is wrong with the values, or null.</summary>
    internal string? Fault() => this switch
    {
        { AuditFloor: not (>= 0 and <= 1) } => "Verification:AuditFloor must be 0 to 1",
        { SecondCheckRate: not (>= 0 and <= 1) } => "Verification:SecondCheckRate must be 0 to 1",
        { PlatformPatience: { Ticks: <= 0 } or { TotalDays: > 1 } } =>
            "Verification:PlatformPatience must be above 0, at most 1 day",
        { AverageCharge: < 1 or > 1_000_000_000 } => "Verification:AverageCharge must be 1 to 1000000000",
        { AverageUnitCharge: < 1 or > 1_000_000_000 } => "Verification:AverageUnitCharge must be 1 to 1000000000",
        { AuditLimit: { TotalSeconds: < 1 } or { TotalDays: > 1 } } =>
            "Verification:AuditLimit must be 1 second to 1 day",
        { OpinionPatience: { Ticks: < 0 } or { TotalHours: > 1 } } =>
            "Verification:OpinionPatience must be 0 to 1 hour",
        { OpinionLimit: { TotalSeconds: < 1 } or { TotalHours: > 1 } } =>
            "Verification:OpinionLimit must be 1 second to 1 hour",
        { FindingsKeptFor: { TotalMinutes: < 1 } or { TotalDays: > 3650 } } =>
            "Verification:FindingsKeptFor must be 1 minute to 3650 days",
        { FindingsPerDevice: < 1 or > 999 } => "Verification:FindingsPerDevice must be 1 to 999",
        { WatchedFor.Ticks: < 0 } => "Verification:WatchedFor must not be below zero",
        { FailuresMax: < 1 or > Devices.DeviceState.FailuresKept } =>
            $"Verification:FailuresMax must be 1 to {Devices.DeviceState.FailuresKept}",
        { FailuresCountFor.Ticks: <= 0 } => "Verification:FailuresCountFor must be above zero",
        { ModelBytesMax: < 0 } => "Verification:ModelBytesMax must not be below zero",
        { LeavesPerUnit: < 1 or > Domain.Verification.MerkleTree.LeavesMax } =>
            $"Verification:LeavesPerUnit must be 1 to {Domain.Verification.MerkleTree.LeavesMax}",
        { UnitSamplesMax: < 1 } => "Verification:UnitSamplesMax must be above zero",
        { SceneBytesMax: < 0 } => "Verification:SceneBytesMax must not be below zero",
        { KeyValueBytesMax: < 0 } => "Verification:KeyValueBytesMax must not be below zero",
        { WaitingPerProvider: < 1 or > 10_000 } => "Verification:WaitingPerProvider must be 1 to 10000",
        { AuditThreads: < 1 or > 256 } => "Verification:AuditThreads must be 1 to 256",
        _ => null,
    };
}
