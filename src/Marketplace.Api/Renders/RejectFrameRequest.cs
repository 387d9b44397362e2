using Marketplace.Api.Http;
using Marketplace.Domain.Renders;

namespace Marketplace.Api.Renders;

/// <summary>Why frames are rejected.</summary>
/// <param name="Reason" example="The window is black.">For the record, at most 500 characters, or null.</param>
internal sealed record RejectFrameRequest(string? Reason = null)
{
    public Faults Check()
    {
        var faults = new Faults();

        if (Reason is not null)
        {
            faults.Length("reason", Reason, 1, RenderLimits.ReasonMax);
        }

        return faults;
    }
}
