namespace Marketplace.Domain.Providers;

/// <summary>
/// The grain key of an enrolment code, <c>enr_…</c>: made from the code by a hash, so that neither key nor store shows
/// a usable code. Both who issues a code and who redeems it come by the key in this way.
/// </summary>
public static class EnrolmentKey
{
    public const string Prefix = "enr_";

    /// <summary>Longest text taken for a code.</summary>
    public const int CodeLengthMax = 128;

    /// <summary>The key of this code; letter case and surrounding blanks do not matter.</summary>
    public static string Of(string code) =>
        PrefixedId.Write(Prefix, PrefixedId.Derive("enrolment-code", code.Trim().ToLowerInvariant()));
}
