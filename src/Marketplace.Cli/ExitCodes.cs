namespace Marketplace.Cli;

/// <summary>How the program ends; part of its contract with scripts.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The receipt does not hold, or the chain says otherwise.</summary>
    public const int Broken = 1;

    /// <summary>An option is missing, unknown or out of range.</summary>
    public const int Usage = 2;

    /// <summary>A file is missing, cannot be read or is no such file.</summary>
    public const int Input = 3;

    /// <summary>The receipt holds and its root is not on chain yet: ask for the file again later.</summary>
    public const int Pending = 4;

    /// <summary>The market or the chain's node cannot be reached or says no.</summary>
    public const int Refused = 5;

    /// <summary>A fault of the program itself.</summary>
    public const int Internal = 70;

    /// <summary>Stopped by a signal.</summary>
    public const int Interrupted = 130;
}
