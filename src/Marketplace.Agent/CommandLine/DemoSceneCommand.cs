using System.CommandLine;
using Marketplace.Compute.Rendering.Scenes.Procedural;

namespace Marketplace.Agent.CommandLine;

/// <summary>
/// <c>demo-scene</c>: writes the scene that this program makes itself, for a first picture without any files.
/// </summary>
internal static class DemoSceneCommand
{
    public static Command Make()
    {
        var file = new Option<string>("--out") { Description = "The .glb to write.", Required = true };
        var command = new Command("demo-scene", "Writes a small scene to render.") { file };
        command.SetAction(parsed => Write(parsed.GetRequiredValue(file)));

        return command;
    }

    private static void Write(string file)
    {
        try
        {
            File.WriteAllBytes(file, ProceduralScene.ToGlb());
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AgentFault(ExitCodes.Input, $"--out {file}: {fault.Message}", fault);
        }
    }
}
