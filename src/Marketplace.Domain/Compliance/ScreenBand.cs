namespace Marketplace.Domain.Compliance;

/// <summary>What a likeness means for the one who was screened.</summary>
public enum ScreenBand
{
    /// <summary>Below 0.70: nobody on the list.</summary>
    Clear,

    /// <summary>0.70 to 0.84: goes on, but has to say more about itself.</summary>
    DueDiligence,

    /// <summary>0.85 to 0.94: waits for a person.</summary>
    Review,

    /// <summary>From 0.95 on, and for a listed address: stopped until two people say otherwise.</summary>
    Block,
}
