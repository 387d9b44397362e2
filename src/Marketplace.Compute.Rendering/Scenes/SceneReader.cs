using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;
using SharpGLTF.Schema2;
using SharpGLTF.Validation;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// Reads glTF 2.0 from strangers: a .glb, or a .gltf whose other files lie in the same folder or manifest. Whatever
/// is wrong with the file comes out as <see cref="SceneFormatException"/>.
/// </summary>
public static class SceneReader
{
    /// <summary>Reads a file; a .gltf may name files in its own folder and below, and nowhere else.</summary>
    /// <exception cref="SceneFormatException">
    /// The file is corrupt, too large or asks for what is not supported.
    /// </exception>
    public static Scene Read(string path, SceneOptions? options = null)
    {
        options ??= new SceneOptions();
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full)!;

        return Read(Path.GetFileName(full), name => FileIn(folder, name, options.Limits), options);
    }

    /// <summary>Reads a .glb from memory.</summary>
    /// <exception cref="SceneFormatException">
    /// The bytes are corrupt, too many or ask for what is not supported.
    /// </exception>
    public static Scene Read(ReadOnlyMemory<byte> glb, SceneOptions? options = null) => Read(
        "scene.glb",
        new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { ["scene.glb"] = glb },
        options);

    /// <summary>
    /// Reads the file <paramref name="root"/> of a manifest; it may name other files of the manifest only.
    /// </summary>
    /// <exception cref="SceneFormatException">
    /// The scene is corrupt, too large or asks for what is not supported.
    /// </exception>
    public static Scene Read(
        string root, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> manifest, SceneOptions? options = null) =>
        Read(
            root,
            name => manifest.TryGetValue(name, out var bytes) ? bytes : (ReadOnlyMemory<byte>?)null,
            options ?? new SceneOptions());

    /// <summary>
    /// Opens the file <paramref name="root"/> of a manifest for many moments; it may name other files of the manifest
    /// only. The options' clip and moment are left to <see cref="SceneSource.At"/>.
    /// </summary>
    /// <exception cref="SceneFormatException">
    /// The scene is corrupt, too large or asks for what is not supported.
    /// </exception>
    public static SceneSource Open(
        string root, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> manifest, SceneOptions? options = null) =>
        Open(
            root,
            name => manifest.TryGetValue(name, out var bytes) ? bytes : (ReadOnlyMemory<byte>?)null,
            options ?? new SceneOptions());

    private static Scene Read(string root, Func<string, ReadOnlyMemory<byte>?> open, SceneOptions options) =>
        Open(root, open, options).At(options.Animation, options.AnimationSeconds, options.Cancellation);

    private static SceneSource Open(string root, Func<string, ReadOnlyMemory<byte>?> open, SceneOptions options)
    {
        var memory = new SceneMemory(options.Limits);

        if (options.Environment is { } map)
        {
            memory.Keep("its environment", map.MemoryBytes);
        }

        var files = new SceneFiles(open, options.Limits, memory);
        var first = files.Open(root);
        var check = GltfCheck.Of(first.Span, options.Limits, memory);

        options.Cancellation.ThrowIfCancellationRequested();

        return Guarded(files, () =>
        {
            var model = Parse(root, files);
            options.Cancellation.ThrowIfCancellationRequested();

            // The parser goes on without a file that it could not open.
            if (files.Refusal is not null)
            {
                throw files.Refusal;
            }

            var builder = new SceneBuilder(memory);
            var textures = new GltfTextures(builder.Textures, options.Limits, memory);
            var materials = new GltfMaterials(model, builder, textures);

            return new SceneSource(
                moment => Guarded(files, () => Build(model, check, moment, builder, materials)), options);
        });
    }

    private static T Guarded<T>(SceneFiles files, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (IsAboutTheFile(fault))
        {
            throw files.Refusal ?? new SceneFormatException($"glTF: {Explained(fault)}", fault);
        }
    }

    /// <summary>
    /// The parser below throws many kinds for a corrupt file. Out of memory counts too: only a lying file asks for
    /// more than its own checked counts.
    /// </summary>
    private static bool IsAboutTheFile(Exception fault) =>
        fault is not (SceneFormatException or OperationCanceledException or StackOverflowException);

    /// <summary>The parser's findings name the place; other faults mean that parts of the file contradict.</summary>
    private static string Explained(Exception fault) => fault is ModelException
        ? Shortened(fault.Message)
        : $"the parts of the file do not fit together ({Shortened(fault.Message)})";

    /// <summary>Without the parser's advice that follows the finding.</summary>
    private static string Shortened(string message)
    {
        var advice = message.IndexOf("Model generated by", StringComparison.Ordinal);

        return advice > 0 ? message[..advice].Trim() : message;
    }

    private static ModelRoot Parse(string root, SceneFiles files)
    {
        var context = ReadContext.Create(name =>
        {
            var bytes = files.Open(name);

            return System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var segment)
                ? segment
                : new ArraySegment<byte>(bytes.ToArray());
        });

        context.Validation = ValidationMode.TryFix;

        return context.ReadSchema2(root);
    }

    private static Scene Build(
        ModelRoot model, GltfCheck check, SceneOptions options, SceneBuilder builder, GltfMaterials materials)
    {
        var work = new SceneWork(options.Cancellation, options.Looked);
        work.Look();

        if (options.ChecksEveryClip)
        {
            GltfCurves.CheckAll(model, check.Clips, work);
        }

        builder.ClearGeometry();
        var moment = GltfMoment.Of(model, check.Clips, options, work);
        Node[] drawn = [.. GltfNodes.Drawn(model)];
        var sharing = GltfSharing.Of(drawn, options);
        var meshes = new GltfMeshes(builder, materials, moment, sharing, options.Limits, work);
        var cameras = new List<Camera>();

        foreach (var node in drawn)
        {
            // A node may decode pictures.
            work.Look();

            if (node.Mesh is not null)
            {
                meshes.Add(node);
            }

            if (node.PunctualLight is not null)
            {
                builder.AddLight(GltfLights.Of(node, moment.WorldOf(node)));
            }

            if (node.Camera is not null)
            {
                cameras.Add(GltfCameras.Of(node, cameras.Count, moment.WorldOf(node)));
            }
        }

        RefuseEmpty(model, meshes, builder);

        return Finish(builder, options, work, cameras, new SceneFacts
        {
            Triangles = builder.TriangleCount,
            Textures = builder.Textures.ImageCount,
            TexturePixels = builder.Textures.PixelCount,
            Materials = model.LogicalMaterials.Count,
            Lights = 0,
            MemoryBytes = 0,
            Cameras = [.. cameras.Select(camera => camera.Name)],
            Animations = [.. model.LogicalAnimations.Select(AnimationOf)],
            UnsupportedExtensions = check.Unsupported,
            IgnoredAttributes = meshes.Ignored,
        });
    }

    private static void RefuseEmpty(ModelRoot model, GltfMeshes meshes, SceneBuilder builder)
    {
        if (meshes.Triangles == 0)
        {
            throw new SceneFormatException("glTF: the scene draws no triangle.");
        }

        // What moves may be of no size at one moment.
        if (builder.DrawsNothing && model.LogicalAnimations.Count == 0)
        {
            throw new SceneFormatException(
                $"glTF: none of the scene's {meshes.Triangles} triangles has an area; sizes of zero, corners on a line "
                + "or numbers too small or too large leave nothing to draw.");
        }
    }

    internal static Scene Finish(
        SceneBuilder builder, SceneOptions options, SceneWork work, List<Camera> cameras, SceneFacts facts)
    {
        var tables = builder.Build(options, work, out var low, out var high);

        if (cameras.Count == 0)
        {
            cameras.Add(DefaultCamera.For(tables, low, high));
        }

        var full = facts with { Lights = tables.Constants.LightCount, MemoryBytes = tables.BytesAtMost() };

        return new Scene(tables, full, cameras, low, high);
    }

    private static AnimationFacts AnimationOf(Animation animation) => new(
        GltfMoment.NameOf(animation),
        TimeSpan.FromSeconds(Num.Clamp(animation.Duration, 0f, 1e6f)));

    private static ReadOnlyMemory<byte>? FileIn(string folder, string name, SceneLimits limits)
    {
        var info = new FileInfo(Path.Combine(folder, name));

        if (!info.Exists)
        {
            return null;
        }

        // A link could point out of the folder.
        var target = info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? info.FullName;

        if (!target.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new SceneFormatException($"'{name}' is a link that leaves the scene's folder.");
        }

        if (info.Length > limits.BytesMax)
        {
            throw new SceneFormatException(
                $"'{name}' has {info.Length} bytes, allowed are {limits.BytesMax} ({nameof(SceneLimits.BytesMax)}).");
        }

        return File.ReadAllBytes(info.FullName);
    }
}
