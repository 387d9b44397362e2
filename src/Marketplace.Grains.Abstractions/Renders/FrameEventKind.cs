namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>What can happen to a frame.</summary>
[GenerateSerializer, Alias("FrameEventKind")]
public enum FrameEventKind
{
    /// <summary>A unit was given to a device.</summary>
    Given = 0,

    /// <summary>A unit came back and was accepted.</summary>
    Delivered = 1,

    /// <summary>An attempt at a unit ended without a result.</summary>
    Ended = 2,

    /// <summary>A unit was checked, or its check was given up.</summary>
    Judged = 3,

    /// <summary>A unit was thrown away: it is made again.</summary>
    ThrownAway = 4,

    /// <summary>The platform began to put the picture together.</summary>
    Assembling = 5,

    /// <summary>The picture was made.</summary>
    Assembled = 6,

    /// <summary>The renter rejected it.</summary>
    Rejected = 7,

    /// <summary>It was rejected and found sound.</summary>
    Upheld = 8,

    /// <summary>It is made again.</summary>
    Remade = 9,

    /// <summary>It was approved.</summary>
    Approved = 10,
}
