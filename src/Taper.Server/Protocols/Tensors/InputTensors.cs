using System.Text;
using Taper.Embeddings.Features;
using Taper.Server.Repository;
using Taper.Server.Scoring;

namespace Taper.Server.Protocols.Tensors;

/// <summary>
/// The input tensors of a request, however they are sent: <see cref="Declare"/> all of them, then <see cref="Begin"/>, then
/// give each its elements in the order of <see cref="InOrder"/>. Each field is a tensor of one value for each row, or a pair
/// <c>field.values</c> and <c>field.lengths</c>.
/// </summary>
internal sealed class InputTensors(ModelFields fields, RequestRows rows)
{
    private const string ValuesSuffix = ".values";
    private const string LengthsSuffix = ".lengths";
    private readonly List<InputTensor> tensors = [];

    /// <summary>Declares a tensor.</summary>
    /// <param name="name">A field's name, or one with <c>.values</c> or <c>.lengths</c> behind it.</param>
    /// <param name="datatype">Its datatype.</param>
    /// <param name="shape">[N] or [N, 1].</param>
    /// <exception cref="RequestException">400: it does not fit the model, or was declared before; 413: too many rows.</exception>
    public InputTensor Declare(string name, string datatype, ReadOnlySpan<long> shape)
    {
        (int field, TensorRole role) = FieldOf(name);
        Check(name, datatype, field, role);
        long count = shape switch
        {
            [>= 0] or [>= 0, 1] => shape[0],
            _ => throw RequestException.Bad($"The input '{JsonInput.Shorten(name)}' has the shape [{string.Join(", ", shape.ToArray().Take(8))}]; it has to be [N] or [N, 1]."),
        };
        var tensor = new InputTensor(fields, rows, name, datatype)
        {
            Field = field,
            Role = role,
            Count = (int)Math.Min(count, int.MaxValue),
        };
        tensors.Add(tensor);
        return tensor;
    }

    /// <summary>Makes the rows, once all tensors are declared.</summary>
    /// <exception cref="RequestException">400: the tensors do not fit each other; 413: too many rows.</exception>
    public void Begin()
    {
        InputTensor first = tensors.FirstOrDefault(tensor => tensor.Role != TensorRole.Values)
            ?? throw RequestException.Bad("The request has no inputs that say how many rows there are; give each field a tensor of shape [N].");
        rows.Resize(first.Count);
        foreach (InputTensor tensor in tensors)
        {
            if (tensor.Role != TensorRole.Values && tensor.Count != first.Count)
            {
                throw RequestException.Bad($"The input '{tensor.Name}' has {tensor.Count} rows, but '{first.Name}' has {first.Count}.");
            }

            if (tensor.Role == TensorRole.Lengths)
            {
                PairOf(tensor, TensorRole.Values, ValuesSuffix).Lengths = tensor.Lengths = new int[tensor.Count];
            }
            else if (tensor.Role == TensorRole.Values)
            {
                PairOf(tensor, TensorRole.Lengths, LengthsSuffix);
            }
        }
    }

    /// <summary>The tensors with their numbers, in the order in which they take their elements: lengths before values.</summary>
    /// <exception cref="RequestException">400: lengths do not sum up to the number of values.</exception>
    public IEnumerable<(int Number, InputTensor Tensor)> InOrder()
    {
        foreach ((int i, InputTensor tensor) in tensors.Index().Where(entry => entry.Item.Role == TensorRole.Lengths))
        {
            yield return (i, tensor);
        }

        CheckLengths();
        foreach ((int i, InputTensor tensor) in tensors.Index().Where(entry => entry.Item.Role != TensorRole.Lengths))
        {
            yield return (i, tensor);
        }
    }

    private void CheckLengths()
    {
        foreach (InputTensor tensor in tensors.Where(tensor => tensor.Role == TensorRole.Values))
        {
            long sum = tensor.Lengths!.Sum(length => (long)length);
            if (sum != tensor.Count)
            {
                throw RequestException.Bad($"The lengths of the field '{fields.Fields[tensor.Field].Name}' sum up to {sum}, but there are {tensor.Count} values.");
            }
        }
    }

    private (int Field, TensorRole Role) FieldOf(string name)
    {
        int field = fields.Find(Encoding.UTF8.GetBytes(name));
        if (field >= 0)
        {
            return (field, TensorRole.Rows);
        }

        foreach ((string suffix, TensorRole role) in ((string, TensorRole)[])[(ValuesSuffix, TensorRole.Values), (LengthsSuffix, TensorRole.Lengths)])
        {
            field = name.EndsWith(suffix, StringComparison.Ordinal) ? fields.Find(Encoding.UTF8.GetBytes(name[..^suffix.Length])) : -1;
            if (field >= 0 && fields.Fields[field].Kind == FieldKind.MultiValued)
            {
                return (field, role);
            }
        }

        throw RequestException.Bad($"There is no input '{JsonInput.Shorten(name)}'; {fields.Suggestion(name)}");
    }

    private void Check(string name, string datatype, int field, TensorRole role)
    {
        if (tensors.Any(other => other.Field == field && (other.Role == role || other.Role == TensorRole.Rows || role == TensorRole.Rows)))
        {
            throw RequestException.Bad($"The field '{fields.Fields[field].Name}' is given twice.");
        }

        bool fits = role == TensorRole.Lengths
            ? datatype is TensorTypes.Int32 or TensorTypes.Int64
            : TensorTypes.Fits(datatype, fields.Fields[field].Kind);
        if (!fits)
        {
            string wanted = role == TensorRole.Lengths ? "INT32 or INT64"
                : TensorTypes.Fits(TensorTypes.Fp64, fields.Fields[field].Kind) ? "FP64, FP32, INT64, INT32 or BYTES" : "BYTES, INT64 or INT32";
            throw RequestException.Bad($"The input '{name}' has the datatype '{JsonInput.Shorten(datatype)}'; it has to be {wanted}.");
        }
    }

    private InputTensor PairOf(InputTensor tensor, TensorRole role, string suffix) =>
        tensors.FirstOrDefault(other => other.Field == tensor.Field && other.Role == role)
            ?? throw RequestException.Bad($"The input '{tensor.Name}' needs '{fields.Fields[tensor.Field].Name}{suffix}' beside it.");
}
