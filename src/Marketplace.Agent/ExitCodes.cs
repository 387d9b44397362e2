namespace Marketplace.Agent;

/// <summary>How the program ends; part of its contract with scripts.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>A fault of the program itself.</summary>
    public const int Internal = 1;

    /// <summary>An option is missing, unknown or out of range.</summary>
    public const int Usage = 2;

    /// <summary>A model, scene, picture or identity file is missing, corrupt or not supported.</summary>
    public const int Input = 3;

    /// <summary>The wanted device cannot be used.</summary>
    public const int Device = 4;

    /// <summary>The market cannot be reached or says no.</summary>
    public const int Refused = 5;

    /// <summary>A self-test gave a wrong answer.</summary>
    public const int SelfTest = 6;

    /// <summary>Stopped by a signal.</summary>
    public const int Interrupted = 130;
}
