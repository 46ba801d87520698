using System.Buffers.Binary;
using System.Text;

namespace Taper.Embeddings.Weights;

/// <summary>
/// Reads a pickle as far as state dicts need it, and executes nothing: an opcode or a name that is not listed here is
/// refused. Values are long, string, object[] (a tuple), <see cref="PickledDict"/>, <see cref="PickledStorage"/>,
/// <see cref="PickledTensor"/>, what <see cref="PickleGlobals"/> gives, a list that forgets its items, and one value for
/// everything that is ignored. What an opcode makes is bounded by its own bytes and nothing recurses, so that time and
/// memory are a small multiple of the pickle's length.
/// </summary>
internal ref struct PickleMachine
{
    private const byte NewestProtocol = 5;

    private static readonly object Ignored = new();
    private static readonly object SomeList = new();
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<object> stack = [];
    private readonly List<int> marks = [];
    private readonly Dictionary<uint, object> memo = [];
    private ByteReader code;

    private PickleMachine(ReadOnlySpan<byte> pickle) => code = new ByteReader(pickle);

    /// <summary>The value of a pickle.</summary>
    /// <exception cref="FormatException">It is damaged, or asks for more than a state dict needs.</exception>
    public static object Run(ReadOnlySpan<byte> pickle)
    {
        PickleMachine machine = new(pickle);
        for (byte opcode = machine.code.Byte(); opcode != '.'; opcode = machine.code.Byte())
        {
            if (!machine.Frame(opcode) && !machine.Scalar(opcode) && !machine.Container(opcode) && !machine.Remember(opcode)
                && !machine.Build(opcode))
            {
                throw new FormatException($"its pickle has the opcode 0x{opcode:x2}, which no state dict needs");
            }
        }

        return machine.Pop();
    }

    private bool Frame(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: // PROTO
                byte protocol = code.Byte();
                return protocol <= NewestProtocol ? true : throw new FormatException($"its pickle is of protocol {protocol}");
            case 0x95: // FRAME
                _ = code.UInt64();
                return true;
            default:
                return false;
        }
    }

    private readonly void Push(object value) => stack.Add(value);

    private bool Scalar(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'N' or 0x88 or 0x89: // NONE, NEWTRUE, NEWFALSE
                Push(Ignored);
                return true;
            case (byte)'G': // BINFLOAT
                _ = code.UInt64();
                Push(Ignored);
                return true;
            case (byte)'J': // BININT
                Push((long)(int)code.UInt32());
                return true;
            case (byte)'K': // BININT1
                Push((long)code.Byte());
                return true;
            case (byte)'M': // BININT2
                Push((long)code.UInt16());
                return true;
            case 0x8a: // LONG1
                Push(Integer(code.Take(code.Byte())));
                return true;
            case (byte)'X': // BINUNICODE
                Push(Text(code.Take(code.UInt32())));
                return true;
            case 0x8c: // SHORT_BINUNICODE
                Push(Text(code.Take(code.Byte())));
                return true;
            default:
                return false;
        }
    }

    private readonly bool Container(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'(': // MARK
                marks.Add(stack.Count);
                return true;
            case (byte)'}': // EMPTY_DICT
                Push(new PickledDict());
                return true;
            case (byte)']': // EMPTY_LIST
                Push(SomeList);
                return true;
            case (byte)')': // EMPTY_TUPLE
                Push(Array.Empty<object>());
                return true;
            case 0x85 or 0x86 or 0x87: // TUPLE1, TUPLE2, TUPLE3
                Push(PopLast(opcode - 0x84));
                return true;
            case (byte)'t': // TUPLE
                Push(PopToMark());
                return true;
            case (byte)'s': // SETITEM
                SetItems(PopLast(2));
                return true;
            case (byte)'u': // SETITEMS
                SetItems(PopToMark());
                return true;
            case (byte)'a': // APPEND
                _ = Pop();
                Expect(Peek() == SomeList);
                return true;
            case (byte)'e': // APPENDS
                _ = PopToMark();
                Expect(Peek() == SomeList);
                return true;
            default:
                return false;
        }
    }

    private bool Remember(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'q': // BINPUT
                memo[code.Byte()] = Peek();
                return true;
            case (byte)'r': // LONG_BINPUT
                memo[code.UInt32()] = Peek();
                return true;
            case 0x94: // MEMOIZE
                memo[(uint)memo.Count] = Peek();
                return true;
            case (byte)'h': // BINGET
                Recall(code.Byte());
                return true;
            case (byte)'j': // LONG_BINGET
                Recall(code.UInt32());
                return true;
            default:
                return false;
        }
    }

    private bool Build(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'c': // GLOBAL
                Push(PickleGlobals.Find(Text(code.TakeLine()), Text(code.TakeLine())));
                return true;
            case 0x93: // STACK_GLOBAL
                object[] names = PopLast(2);
                Push(names is [string module, string name] ? PickleGlobals.Find(module, name) : throw Damaged());
                return true;
            case (byte)'Q': // BINPERSID
                Push(PickledStorage.Of(Pop()));
                return true;
            case (byte)'R': // REDUCE
                object arguments = Pop();
                Push(Call(Pop(), arguments as object[] ?? throw Damaged()));
                return true;
            case (byte)'b': // BUILD: attributes, such as a state dict's _metadata
                Expect(Pop() is PickledDict && Peek() is PickledDict);
                return true;
            default:
                return false;
        }
    }

    private static object Call(object callee, object[] arguments) => callee switch
    {
        PickleGlobal.OrderedDict when arguments is [] => new PickledDict(),
        PickleGlobal.RebuildTensor => PickledTensor.Of(arguments),
        PickleGlobal.RebuildParameter when arguments is [PickledTensor tensor, _, _] => tensor,
        _ => throw new FormatException("its pickle makes something in a form that is not read"),
    };

    /// <summary>A two's complement number; one that is too long for 64 bits is no size and is ignored.</summary>
    private static object Integer(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > sizeof(long))
        {
            return Ignored;
        }

        Span<byte> whole = stackalloc byte[sizeof(long)];
        whole.Fill(bytes.Length > 0 && (bytes[^1] & 0x80) != 0 ? byte.MaxValue : byte.MinValue);
        bytes.CopyTo(whole);
        return BinaryPrimitives.ReadInt64LittleEndian(whole);
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException("its pickle has text that is not UTF-8", e);
        }
    }

    private readonly void Recall(uint index) =>
        Push(memo.TryGetValue(index, out object? value) ? value : throw Damaged());

    private readonly void SetItems(object[] items)
    {
        PickledDict dict = Peek() as PickledDict ?? throw Damaged();
        Expect(items.Length % 2 == 0);
        for (int i = 0; i < items.Length; i += 2)
        {
            dict.Set(items[i], items[i + 1]);
        }
    }

    private readonly object[] PopToMark()
    {
        Expect(marks.Count > 0);
        int mark = marks[^1];
        marks.RemoveAt(marks.Count - 1);
        object[] items = [.. stack[mark..]];
        stack.RemoveRange(mark, items.Length);
        return items;
    }

    private readonly object[] PopLast(int count)
    {
        Expect(stack.Count - Bottom >= count);
        object[] items = [.. stack[^count..]];
        stack.RemoveRange(stack.Count - count, count);
        return items;
    }

    private readonly object Pop()
    {
        object value = Peek();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private readonly object Peek() => stack.Count > Bottom ? stack[^1] : throw Damaged();

    /// <summary>What lies below the latest mark is not to be touched.</summary>
    private readonly int Bottom => marks.Count > 0 ? marks[^1] : 0;

    private static void Expect(bool met)
    {
        if (!met)
        {
            throw Damaged();
        }
    }

    private static FormatException Damaged() => new("its pickle is damaged");
}
