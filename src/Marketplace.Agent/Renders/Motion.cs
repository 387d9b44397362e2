namespace Marketplace.Agent.Renders;

/// <summary>Which frames of which clip; without a clip every frame shows the pose of the file.</summary>
internal sealed record Motion(string? Animation, int First, int Frames, int FramesPerSecond);
