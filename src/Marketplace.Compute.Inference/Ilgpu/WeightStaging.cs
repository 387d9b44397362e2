using ILGPU;
using ILGPU.Runtime;
using Marketplace.Compute.Ilgpu;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>
/// Two places where matrices are put together, with a stream each: while the device copies from one of them, the
/// processor fills the other. All has arrived when this is disposed of. Used within turns.
/// </summary>
internal sealed class WeightStaging(Accelerator accelerator) : IDisposable
{
    /// <summary>Bytes that are put together before they are copied.</summary>
    public const long Bytes = 16L << 20;

    private readonly Place[] _places = [new(accelerator), new(accelerator)];
    private int _next;

    public Accelerator Accelerator => accelerator;

    /// <summary>The place that has waited longest, with so much room; waits for its last copies.</summary>
    public Place Next(long words, long scales)
    {
        _next = 1 - _next;
        _places[_next].Make(words, scales);
        return _places[_next];
    }

    public void Dispose() => Array.ForEach(_places, place => place.Dispose());

    /// <summary>One of the two.</summary>
    public sealed class Place(Accelerator accelerator) : IDisposable
    {
        private readonly AcceleratorStream _stream = accelerator.CreateStream();
        private PageLocked<uint>? _words;
        private PageLocked<ushort>? _scales;

        public Span<uint> Words => _words!.Span;

        public Span<ushort> Scales => _scales!.Span;

        /// <summary>Begins to copy what was put here.</summary>
        public void Send(ArrayView<uint> words, ArrayView<ushort> scales)
        {
            _words!.Write(words, (int)words.Length);
            _scales!.Write(scales, (int)scales.Length);
        }

        public void Make(long words, long scales)
        {
            _words = AtLeast(_words, words);
            _scales = AtLeast(_scales, scales);
        }

        public void Dispose()
        {
            _words?.Dispose();
            _scales?.Dispose();
            _stream.Dispose();
        }

        private PageLocked<T> AtLeast<T>(PageLocked<T>? memory, long length)
            where T : unmanaged
        {
            if (memory?.Span.Length >= length)
            {
                return memory;
            }

            memory?.Dispose();
            return new(accelerator, Math.Max(1, length), _stream);
        }
    }
}
