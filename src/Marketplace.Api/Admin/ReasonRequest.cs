using Marketplace.Api.Http;

namespace Marketplace.Api.Admin;

/// <summary>Why an administrative act is done; it goes into the audit log.</summary>
/// <param name="Reason" example="Abuse report 42">3 to 500 characters.</param>
internal sealed record ReasonRequest(string Reason)
{
    private const int LengthMin = 3;
    private const int LengthMax = 500;

    public Faults Check()
    {
        var faults = new Faults();
        Check(Reason, faults);
        return faults;
    }

    public static void Check(string reason, Faults faults) =>
        faults.Length("reason", reason.Trim(), LengthMin, LengthMax);
}
