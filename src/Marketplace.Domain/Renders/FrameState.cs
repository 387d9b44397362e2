namespace Marketplace.Domain.Renders;

/// <summary>How far a frame of a render is.</summary>
[GenerateSerializer, Alias("FrameState")]
public enum FrameState
{
    /// <summary>No device has a unit of it.</summary>
    Waiting = 0,

    /// <summary>Devices work on it, or some of its units are done.</summary>
    Running = 1,

    /// <summary>Every unit is done; the picture is being made.</summary>
    Assembling = 2,

    /// <summary>It has its picture.</summary>
    Done = 3,
}
