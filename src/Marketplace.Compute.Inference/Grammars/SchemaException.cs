namespace Marketplace.Compute.Inference.Grammars;

/// <summary>A JSON schema that texts cannot be held to.</summary>
/// <param name="path">Where in the schema, as a JSON pointer; empty for the whole of it.</param>
/// <param name="why">What is wrong there, and what is allowed.</param>
public sealed class SchemaException(string path, string why)
    : Exception(path.Length == 0 ? $"the schema {why}" : $"the schema at {path} {why}")
{
    public string Path => path;
}
