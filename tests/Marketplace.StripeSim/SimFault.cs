namespace Marketplace.StripeSim;

/// <summary>What goes wrong with one call.</summary>
public enum SimFault
{
    /// <summary>429; nothing happened and nothing is remembered.</summary>
    TooMany,

    /// <summary>500; nothing happened, and the same key gets the same 500.</summary>
    ErrorBefore,

    /// <summary>It happened, the answer is 500, and the same key gets the same 500.</summary>
    ErrorAfter,

    /// <summary>It happened and is remembered; the connection breaks before the answer.</summary>
    LostAnswer,
}
