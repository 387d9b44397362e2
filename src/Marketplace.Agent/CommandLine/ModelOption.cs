using System.CommandLine;
using Marketplace.Compute.Inference;

namespace Marketplace.Agent.CommandLine;

/// <summary>The option that names a model's file.</summary>
internal static class ModelOption
{
    public static Option<string> Make() => new("--model")
    {
        Description = "A GGUF; a .bin of llama2.c; a folder of Hugging Face's layout, or its .safetensors.",
        Required = true,
    };

    /// <summary>Opens the file in one of the ways to do so.</summary>
    /// <exception cref="AgentFault">It is no model, or cannot be read.</exception>
    public static T Open<T>(string path, Func<string, T> open)
    {
        try
        {
            return open(path);
        }
        catch (ModelFormatException fault)
        {
            throw new AgentFault(ExitCodes.Input, $"--model: '{path}': {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AgentFault(ExitCodes.Input, $"--model: {fault.Message}", fault);
        }
    }
}
