namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>
/// The nodes of the eight-wide tree as kernels read them (after Ylitie, Karras and Laine 2017): 24 words, where two of
/// the two-wide tree that stand for less take 32. Three words are the node's lowest corner, one holds for each axis the
/// exponent of a power of two, 12 the children's planes as bytes in steps of it (for each axis low and high), 8 the
/// links: a node, or a leaf as <see cref="BvhBuilder"/> writes it. Boxes only grow, so no hit is lost, and a child stands
/// in the slot whose bits say on which side of the others it lies: rays take slots in the order of their octant.
/// </summary>
internal sealed class CompressedNodes
{
    public const int NodeWords = 24;
    public const int NodeRows = NodeWords / 4;
    public const int LinksAt = 16;

    private const int Slots = WideTree.Width;
    private const int StepsMax = 255;

    /// <summary>Of the smallest normal float, so that the product with a step is exact.</summary>
    private const int ExponentMin = 1;
    private const int ExponentMax = 254;
    private const int ExponentShift = 23;

    private readonly List<int> _words = [];

    public int[] ToArray() => [.. _words];

    /// <summary>Adds the next node; a child without triangles has the link of an empty leaf.</summary>
    public void Add(ReadOnlySpan<Aabb> boxes, ReadOnlySpan<int> links)
    {
        var all = Aabb.Empty;

        foreach (var box in boxes)
        {
            all = all.Union(box);
        }

        Span<int> node = stackalloc int[NodeWords];
        node.Clear();
        node[LinksAt..].Fill(BvhBuilder.Leaf(0, 0));
        Span<int> slots = stackalloc int[Slots];
        PlaceInSlots(boxes, all, slots);

        for (var axis = 0; axis < 3; axis++)
        {
            var exponent = ExponentFor(all.Low(axis), all.High(axis));
            node[axis] = BitConverter.SingleToInt32Bits(all.Low(axis));
            node[3] |= exponent << (axis * 8);
            WritePlanes(node, axis, BitConverter.Int32BitsToSingle(exponent << ExponentShift), boxes, slots);
        }

        for (var child = 0; child < links.Length; child++)
        {
            node[LinksAt + slots[child]] = links[child];
        }

        _words.AddRange(node);
    }

    /// <summary>Of the smallest step by which 255 of them reach from the low to the high.</summary>
    private static int ExponentFor(float low, float high)
    {
        var exponent = ExponentMin;

        while (exponent < ExponentMax
            && low + (StepsMax * BitConverter.Int32BitsToSingle(exponent << ExponentShift)) < high)
        {
            exponent++;
        }

        return exponent;
    }

    private static void WritePlanes(
        Span<int> node, int axis, float step, ReadOnlySpan<Aabb> boxes, ReadOnlySpan<int> slots)
    {
        var low = BitConverter.Int32BitsToSingle(node[axis]);
        var planes = node.Slice(4 * (axis + 1), 4);

        // An empty slot is inside out.
        planes[0] = planes[1] = -1;

        for (var child = 0; child < boxes.Length; child++)
        {
            // Rounded as a kernel rounds it: what counts is that the plane it sees is not within the box.
            var first = Math.Clamp((int)((boxes[child].Low(axis) - low) / step), 0, StepsMax);
            var last = Math.Clamp((int)((boxes[child].High(axis) - low) / step), 0, StepsMax);

            while (first > 0 && low + (first * step) > boxes[child].Low(axis))
            {
                first--;
            }

            while (last < StepsMax && low + (last * step) < boxes[child].High(axis))
            {
                last++;
            }

            var shift = (slots[child] & 3) * 8;
            var word = slots[child] >> 2;
            planes[word] = (planes[word] & ~(StepsMax << shift)) | (first << shift);
            planes[word + 2] |= last << shift;
        }
    }

    /// <summary>Each child gets a slot of its own, the farthest out first: greedy, as in the paper.</summary>
    private static void PlaceInSlots(ReadOnlySpan<Aabb> boxes, Aabb all, Span<int> slots)
    {
        slots.Fill(-1);
        var taken = 0;

        for (var turn = 0; turn < boxes.Length; turn++)
        {
            var (bestChild, bestSlot, best) = (-1, -1, float.NegativeInfinity);

            for (var child = 0; child < boxes.Length; child++)
            {
                var offset = boxes[child].Centre() - all.Centre();

                for (var slot = 0; slot < Slots && slots[child] < 0; slot++)
                {
                    var reach = ((slot & 1) != 0 ? offset.X : -offset.X)
                        + ((slot & 2) != 0 ? offset.Y : -offset.Y)
                        + ((slot & 4) != 0 ? offset.Z : -offset.Z);

                    if ((taken & (1 << slot)) == 0 && (reach > best || bestChild < 0))
                    {
                        (bestChild, bestSlot, best) = (child, slot, reach);
                    }
                }
            }

            slots[bestChild] = bestSlot;
            taken |= 1 << bestSlot;
        }
    }
}
