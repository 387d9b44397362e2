namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

/// <summary>The instructions of the PTX ISA that these kernels calculate with; registers are their bits.</summary>
internal static class PtxArithmetic
{
    public static ulong Result(string text, string name, string type, ulong[] values) => (name, type) switch
    {
        ("mov", _) => values[0],
        ("cvt", "s64.s32") => (ulong)(long)(int)values[0],
        ("cvt", "s32.u16") => values[0] & 0xFFFF,
        ("cvt", "rn.f32.s32") => Bits((int)values[0]),
        ("add", "s32") => (uint)((int)values[0] + (int)values[1]),
        ("sub", "s32") => (uint)((int)values[0] - (int)values[1]),
        ("mul", "lo.s32") => (uint)((int)values[0] * (int)values[1]),
        ("div", "s32") => (uint)((int)values[0] / (int)values[1]),
        ("rem", "s32") => (uint)((int)values[0] % (int)values[1]),
        ("add", "s64") => values[0] + values[1],
        ("mul", "lo.s64") => values[0] * values[1],
        ("mad", "lo.u64") => (values[0] * values[1]) + values[2],
        ("shl", "b32") => (uint)values[0] << (int)values[1],
        ("shl", "b64") => values[0] << (int)values[1],
        ("shr", "s32") => (uint)((int)values[0] >> (int)values[1]),
        ("shr", "u32") => (uint)values[0] >> (int)values[1],
        ("and", "b32") => (uint)(values[0] & values[1]),
        ("or", "b32") => (uint)(values[0] | values[1]),
        ("xor", "b32") => (uint)(values[0] ^ values[1]),
        ("selp", _) => values[2] != 0 ? values[0] : values[1],
        ("setp", "lt.s32") => (int)values[0] < (int)values[1] ? 1u : 0u,
        ("setp", "ge.s32") => (int)values[0] >= (int)values[1] ? 1u : 0u,
        ("setp", "ne.s32") => (int)values[0] != (int)values[1] ? 1u : 0u,
        ("setp", "lo.u32") => (uint)values[0] < (uint)values[1] ? 1u : 0u,
        ("neg", "f32") => Bits(-Single(values[0])),
        ("mul", "f32") => Bits(Single(values[0]) * Single(values[1])),
        ("fma", "rn.f32") => Bits(
            MathF.FusedMultiplyAdd(Single(values[0]), Single(values[1]), Single(values[2]))),
        ("sub", "rn.f16x2") => Less((uint)values[0], (uint)values[1]),
        _ => throw new NotSupportedException(text),
    };

    private static ulong Less(uint pair, uint less) =>
        Halves.Bits((Half)(Halves.At(pair, 0) - Halves.At(less, 0)))
        | (Halves.Bits((Half)(Halves.At(pair, 1) - Halves.At(less, 1))) << 16);

    private static float Single(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    private static ulong Bits(float value) => BitConverter.SingleToUInt32Bits(value);
}
