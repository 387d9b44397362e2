using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

/// <summary>
/// Runs the generated code of a kernel, warp by warp, as far as these kernels need the language: a statement that it does
/// not know is an error. Lanes run one after the other up to the next <c>mma.sync</c>, where all have to arrive.
/// </summary>
internal sealed partial class PtxMachine
{
    private const ulong LocalAt = 1UL << 40;
    private const int GroupSize = 64;

    private readonly PtxText _code;
    private readonly MatrixAdder _adder;
    private readonly Dictionary<string, int> _labels;
    private readonly List<string> _parameters;
    private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);
    private readonly List<byte> _filled = [.. new byte[256]];
    private byte[] _memory = [];

    public PtxMachine(PtxText code, MatrixAdder adder)
    {
        (_code, _adder) = (code, adder);
        _labels = code.Statements.Where(one => one.Label.Length > 0).ToDictionary(
            one => one.Label, one => one.Number, StringComparer.Ordinal);
        _parameters = [.. Declared().Matches(code.Text).Select(match => match.Groups["name"].Value)];
    }

    /// <summary>Places a buffer, and answers its view as kernels take it: address and length.</summary>
    public byte[] View<T>(T[] content)
        where T : unmanaged
    {
        var address = (long)_filled.Count;
        _filled.AddRange(MemoryMarshal.AsBytes<T>(content));
        _filled.AddRange(new byte[16 - (_filled.Count % 16)]);
        return [.. BitConverter.GetBytes(address), .. BitConverter.GetBytes((long)content.Length)];
    }

    /// <summary>Runs as many threads, in groups of 64, with parameters in the order of the kernel's.</summary>
    public void Run(int threads, params byte[][] parameters)
    {
        Assert.Equal(_parameters.Count, parameters.Length);

        foreach (var (name, value) in _parameters.Zip(parameters))
        {
            _values[name] = value;
        }

        _memory = [.. _filled];
        var groups = (threads + GroupSize - 1) / GroupSize;

        for (var warp = 0; warp < groups * GroupSize / WarpMma.Lanes; warp++)
        {
            RunWarp([.. Enumerable.Range(0, WarpMma.Lanes).Select(lane => new Lane((warp * WarpMma.Lanes) + lane))]);
        }
    }

    /// <summary>What is in a buffer now.</summary>
    public T[] Content<T>(byte[] view, int length)
        where T : unmanaged
    {
        var address = (int)BitConverter.ToInt64(view);
        return [.. MemoryMarshal.Cast<byte, T>(_memory.AsSpan(address))[..length]];
    }

    private void RunWarp(Lane[] lanes)
    {
        while (true)
        {
            foreach (var lane in lanes)
            {
                while (lane.At < _code.Statements.Count && _code.Statements[lane.At].Instruction.Name is not ("mma" or "ret"))
                {
                    Step(lane, _code.Statements[lane.At]);
                }
            }

            var together = _code.Statements[Assert.Single(lanes.Select(lane => lane.At).Distinct())];

            if (together.Instruction.Name == "ret")
            {
                return;
            }

            Multiply(lanes, together);
        }
    }

    private void Multiply(Lane[] lanes, PtxStatement one)
    {
        var operands = one.Instruction.Operands;
        var results = lanes.Select((lane, number) => Enumerable.Range(0, 4).Select(at => WarpMma.Element(
            number,
            at,
            other => [.. operands[1].Select(name => (uint)Value(lanes[other], name))],
            other => [.. operands[2].Select(name => (uint)Value(lanes[other], name))],
            Single(lane, operands[3][at]),
            _adder)).ToArray()).ToList();

        foreach (var (lane, result) in lanes.Zip(results))
        {
            for (var at = 0; at < result.Length; at++)
            {
                lane.Registers[operands[0][at]] = BitConverter.SingleToUInt32Bits(result[at]);
            }

            lane.At++;
        }
    }

    private void Step(Lane lane, PtxStatement one)
    {
        var (name, type, operands) = one.Instruction;
        lane.At++;

        if (one.Predicate is { } predicate && lane.Registers[predicate] == 0)
        {
            return;
        }

        switch (name)
        {
            case "bra":
                lane.At = _labels[operands[0][0]];
                break;
            case "st":
                Store(lane, operands[0][0], type, Value(lane, operands[1][0]));
                break;
            case "ld" when type == "param":
                lane.Registers[operands[0][0]] = Parameter(operands[1][0], one.Text.Contains(".b64", StringComparison.Ordinal));
                break;
            case "ld":
                for (var at = 0; at < operands[0].Length; at++)
                {
                    lane.Registers[operands[0][at]] = Load(lane, operands[1][0], type, at);
                }

                break;
            default:
                lane.Registers[operands[0][0]] = PtxArithmetic.Result(
                    one.Text, name, type, [.. operands.Skip(1).Select(operand => Value(lane, operand[0]))]);
                break;
        }
    }

    private ulong Load(Lane lane, string address, string type, int at)
    {
        var place = Value(lane, address);
        return type == "local"
            ? lane.Local[place]
            : type == "b16"
                ? BitConverter.ToUInt16(_memory, (int)place)
                : BitConverter.ToUInt32(_memory, (int)place + (4 * at));
    }

    private void Store(Lane lane, string address, string type, ulong value)
    {
        var place = Value(lane, address);

        if (type == "local")
        {
            lane.Local[place] = value;
        }
        else
        {
            Assert.Equal("f32", type);
            BitConverter.TryWriteBytes(_memory.AsSpan((int)place), (uint)value);
        }
    }

    private ulong Parameter(string operand, bool isLong)
    {
        var (name, offset) = operand.Split('+') is [var first, var second]
            ? (first, int.Parse(second, CultureInfo.InvariantCulture))
            : (operand, 0);
        return isLong ? BitConverter.ToUInt64(_values[name], offset) : BitConverter.ToUInt32(_values[name], offset);
    }

    private static float Single(Lane lane, string operand) => BitConverter.UInt32BitsToSingle((uint)Value(lane, operand));

    private static ulong Value(Lane lane, string operand) => operand switch
    {
        _ when lane.Registers.TryGetValue(operand, out var value) => value,
        "%ctaid.x" => (ulong)(lane.Thread / GroupSize),
        "%tid.x" => (ulong)(lane.Thread % GroupSize),
        "%ntid.x" => GroupSize,
        ['0', 'f', .. var bits] => ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        _ when operand.StartsWith("__local_depot", StringComparison.Ordinal) =>
            LocalAt + ulong.Parse(operand[13..], CultureInfo.InvariantCulture),
        _ => (ulong)long.Parse(operand, CultureInfo.InvariantCulture),
    };

    private sealed class Lane(int thread)
    {
        public int Thread { get; } = thread;

        public int At { get; set; }

        public Dictionary<string, ulong> Registers { get; } = new(StringComparer.Ordinal);

        public Dictionary<ulong, ulong> Local { get; } = [];
    }

    [GeneratedRegex(
        @"\.param \.align \d+ \.b8 (?<name>\w+)\[", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Declared();
}
