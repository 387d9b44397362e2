namespace Marketplace.Domain.Renders;

/// <summary>What a render order may ask for.</summary>
public static class RenderLimits
{
    public const int EdgeMin = 16;
    public const int EdgeMax = 8_192;
    public const int SamplesMax = 65_536;
    public const int FramesMax = 1_000;

    /// <summary>Units of all frames of an order.</summary>
    public const int UnitsMax = 50_000;

    /// <summary>
    /// Units of one frame. What is known of a frame in work is stored with each unit of it, so that the cost of a frame
    /// grows with the square of this.
    /// </summary>
    public const int UnitsPerFrameMax = 4_096;

    public const int BouncesMax = 32;
    public const int BouncesDefault = 8;

    /// <summary>Bound on one indirect contribution to a channel that an order may name; white is 1.</summary>
    public const float IndirectMaxLimit = 1_000_000;

    /// <summary>The bound that all pictures had while orders could not name one.</summary>
    public const float IndirectMaxUnnamed = 10;

    /// <summary>Pixels of a frame that can be had as more than a PNG of 8 bits.</summary>
    public const int LayeredPixelsMax = 4_096 * 2_304;

    public const double NoiseTargetMin = 0.00001;
    public const double NoiseTargetMax = 1;
    public const int SceneFilesMax = 1_000;
    public const int PathLengthMax = 240;

    /// <summary>Providers that may fail at one unit before the render fails.</summary>
    public const int AttemptsMax = 5;

    /// <summary>
    /// Devices whose work on one unit the platform may leave undecided; that of the next is used without a verdict.
    /// </summary>
    public const int DoubtsMax = 2;

    /// <summary>Devices and asks that may share one render: its settlement is one transaction of the books.</summary>
    public const int SharesMax = 100;

    /// <summary>
    /// Shares beyond <see cref="SharesMax"/> for a render whose sharers have all left, each time that nobody takes its
    /// units for <see cref="SharersSilence"/>.
    /// </summary>
    public const int SparesAtOnce = 10;

    /// <summary>The most of them: 150 shares are what one settlement holds in any case.</summary>
    public const int SparesMax = 50;

    /// <summary>How long units wait for the devices that share a full render, before new ones are let in.</summary>
    public static readonly TimeSpan SharersSilence = TimeSpan.FromMinutes(15);

    /// <summary>Devices of one provider that may fail at a render before it is let in no more.</summary>
    public const int DevicesExcludedMax = 3;

    /// <summary>Tries at putting one frame together before the render fails.</summary>
    public const int AssembliesMax = 5;

    /// <summary>Times that one frame may be rejected, over all pictures of it.</summary>
    public const int RejectionsMax = 3;

    /// <summary>Times that one frame may be made again as new work.</summary>
    public const int RetriesMax = 3;

    /// <summary>Characters of the reason for a rejection.</summary>
    public const int ReasonMax = 500;

    /// <summary>Units of a rejected frame that the platform traces again in part.</summary>
    public const int RecheckedUnitsMax = 16;

    /// <summary>Edge in pixels of the blocks of a unit that are traced again when its frame was rejected.</summary>
    public const int RecheckEdge = 32;

    /// <summary>Entries that are kept of what happened to one making of a frame; the oldest go first.</summary>
    public const int FrameEventsMax = 200;

    /// <summary>Entries of all frames of a render that are at work; the oldest go first.</summary>
    public const int EventsMax = 4_000;

    /// <summary>How long a unit that a device has left undecided is kept for others.</summary>
    public static readonly TimeSpan DoubtPause = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long after its deadline a render waits for pictures of frames whose units are all in and checked.
    /// </summary>
    public static readonly TimeSpan AssemblyGrace = TimeSpan.FromMinutes(10);

    /// <summary>Wait after the first try at a frame that did not end in a picture.</summary>
    public static readonly TimeSpan AssemblyPause = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait between two tries at a frame.</summary>
    public static readonly TimeSpan AssemblyPauseMax = TimeSpan.FromMinutes(2);
}
