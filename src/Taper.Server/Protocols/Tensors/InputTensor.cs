using System.Globalization;
using System.Text.Unicode;
using Taper.Server.Repository;
using Taper.Server.Scoring;

namespace Taper.Server.Protocols.Tensors;

/// <summary>
/// An input tensor that was declared: takes its elements in their order and puts them into the request's rows.
/// Made by <see cref="InputTensors"/>.
/// </summary>
internal sealed class InputTensor
{
    private const int LongestNumber = 32;
    private readonly RequestRows rows;
    private readonly ModelFields fields;
    private int taken;
    private int row;
    private int leftInRow;

    public InputTensor(ModelFields fields, RequestRows rows, string name, string datatype)
    {
        this.fields = fields;
        this.rows = rows;
        Name = name;
        Datatype = datatype;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its datatype, such as BYTES.</summary>
    public string Datatype { get; }

    /// <summary>The field's number.</summary>
    public required int Field { get; init; }

    /// <summary>What it says of the field.</summary>
    public required TensorRole Role { get; init; }

    /// <summary>How many elements its shape says.</summary>
    public required int Count { get; init; }

    /// <summary>Of a tensor of values: how many belong to each row.</summary>
    public int[]? Lengths { get; set; }

    /// <summary>Takes an element given as text.</summary>
    /// <exception cref="RequestException">It is too long, not UTF-8, or one too many.</exception>
    public void Add(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw RequestException.Bad($"Element {taken} of the input '{Name}' is not valid UTF-8.");
        }

        StartElement();
        rows.Append(utf8);
        EndElement();
    }

    /// <summary>Takes an element given as a whole number.</summary>
    /// <exception cref="RequestException">It is one too many, or no length.</exception>
    public void Add(long number)
    {
        if (Role == TensorRole.Lengths)
        {
            AddLength(number);
            return;
        }

        Span<byte> text = stackalloc byte[LongestNumber];
        number.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        StartElement();
        rows.Append(text[..length]);
        EndElement();
    }

    /// <summary>Takes an element given as a number; one that is not finite is a missing value.</summary>
    /// <exception cref="RequestException">It is one too many.</exception>
    public void Add(double number)
    {
        StartElement();
        if (double.IsFinite(number))
        {
            Span<byte> text = stackalloc byte[LongestNumber];
            number.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
            rows.Append(text[..length]);
        }

        EndElement();
    }

    /// <summary>Checks that all elements were there.</summary>
    /// <exception cref="RequestException">There were fewer than the shape says.</exception>
    public void End()
    {
        if (taken != Count)
        {
            throw WrongCount();
        }

        if (Role == TensorRole.Values)
        {
            EndRowsWithoutValues();
        }
    }

    private void AddLength(long length)
    {
        TakeOne();
        if (length is < 0 or > int.MaxValue)
        {
            throw RequestException.Bad($"Element {taken - 1} of the input '{Name}' is {length}, which is no length.");
        }

        Lengths![taken - 1] = (int)length;
    }

    private void StartElement()
    {
        TakeOne();
        if (Role == TensorRole.Values)
        {
            EndRowsWithoutValues();
            if (leftInRow < Lengths![row])
            {
                rows.Append(fields.SeparatorOf(Field));
            }
        }
    }

    private void EndElement()
    {
        if (Role == TensorRole.Rows)
        {
            rows.End(taken - 1, Field);
        }
        else if (--leftInRow == 0)
        {
            rows.End(row++, Field);
        }
    }

    private void EndRowsWithoutValues()
    {
        while (leftInRow == 0 && row < rows.Count)
        {
            leftInRow = Lengths![row];
            if (leftInRow > 0)
            {
                return;
            }

            rows.End(row++, Field);
        }
    }

    private void TakeOne()
    {
        if (taken == Count)
        {
            throw WrongCount();
        }

        taken++;
    }

    private RequestException WrongCount() =>
        RequestException.Bad($"The input '{Name}' has {(taken < Count ? $"{taken}" : "more")} elements; its shape says {Count}.");
}
