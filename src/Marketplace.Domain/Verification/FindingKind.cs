namespace Marketplace.Domain.Verification;

/// <summary>What a kept finding is about: the word of its file.</summary>
public static class FindingKind
{
    /// <summary>A text, or a part of one, and the device that made it.</summary>
    public const string Text = "text";

    /// <summary>What a device measured of another's text, and was not borne out with.</summary>
    public const string Opinion = "opinion";
}
