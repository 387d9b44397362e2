namespace Marketplace.Domain.Renders;

/// <summary>How finished frames of a render are approved.</summary>
[GenerateSerializer, Alias("ApprovalMode")]
public enum ApprovalMode
{
    /// <summary>A frame is approved as its picture is made.</summary>
    Automatic = 0,

    /// <summary>The renter looks at each frame first; what it does not decide in time is approved.</summary>
    Manual = 1,
}
