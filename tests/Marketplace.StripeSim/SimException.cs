namespace Marketplace.StripeSim;

/// <summary>A refusal in Stripe's shape.</summary>
public sealed class SimException(int status, string type, string? code, string message) : Exception(message)
{
    public int Status => status;

    public string Type => type;

    public string? Code => code;

    public static SimException Invalid(string code, string message) => new(400, "invalid_request_error", code, message);

    public static SimException Missing(string id) =>
        new(404, "invalid_request_error", "resource_missing", $"No such object: '{id}'");
}
