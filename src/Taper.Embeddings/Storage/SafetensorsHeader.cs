using System.Text.Json;

namespace Taper.Embeddings.Storage;

/// <summary>Reads and distrusts a safetensors header: what it declares must fit the payload exactly.</summary>
internal sealed class SafetensorsHeader
{
    public const string MetadataName = "__metadata__";

    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader()
    {
    }

    public IReadOnlyDictionary<string, Entry> Entries => entries;

    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Reads a header whose payload is <paramref name="payloadBytes"/> long.</summary>
    /// <exception cref="FormatException">The header is no JSON object of the right form, or does not fit.</exception>
    public static SafetensorsHeader Read(ReadOnlyMemory<byte> json, long payloadBytes)
    {
        SafetensorsHeader header = new();
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                header.Add(property);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"the header is not valid ({e.Message})", e);
        }

        header.CheckLayout(payloadBytes);
        return header;
    }

    private void Add(JsonProperty property)
    {
        if (property.Name == MetadataName)
        {
            foreach (JsonProperty pair in property.Value.EnumerateObject())
            {
                metadata[pair.Name] = pair.Value.GetString() ?? throw new FormatException($"metadata '{pair.Name}' is null");
            }
        }
        else if (!entries.TryAdd(property.Name, ReadEntry(property.Name, property.Value)))
        {
            throw new FormatException($"tensor '{property.Name}' is declared twice");
        }
    }

    private static Entry ReadEntry(string name, JsonElement element)
    {
        if (!element.TryGetProperty("dtype", out JsonElement dtypeElement)
            || !element.TryGetProperty("shape", out JsonElement shape)
            || !element.TryGetProperty("data_offsets", out JsonElement offsets))
        {
            throw new FormatException($"tensor '{name}' lacks dtype, shape or data_offsets");
        }

        if (!SafetensorsDtypes.TryParse(dtypeElement.GetString(), out SafetensorsDtype dtype))
        {
            throw new FormatException($"tensor '{name}' has the unsupported dtype {dtypeElement.GetRawText()}");
        }

        long[] range = Numbers(name, offsets);
        if (range.Length != 2 || range[0] > range[1])
        {
            throw new FormatException($"tensor '{name}' has data_offsets that are no range");
        }

        SafetensorsTensor tensor = new(name, dtype, Numbers(name, shape));
        long bytes = ByteLength(tensor);
        return bytes == range[1] - range[0]
            ? new Entry(tensor, range[0], range[1])
            : throw new FormatException($"tensor '{name}' occupies {range[1] - range[0]} bytes, its shape needs {bytes}");
    }

    private static long ByteLength(SafetensorsTensor tensor)
    {
        try
        {
            return tensor.ByteLength;
        }
        catch (OverflowException e)
        {
            throw new FormatException($"tensor '{tensor.Name}' has an impossible shape", e);
        }
    }

    private static long[] Numbers(string name, JsonElement array)
    {
        long[] numbers = new long[array.GetArrayLength()];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!array[i].TryGetInt64(out numbers[i]) || numbers[i] < 0)
            {
                throw new FormatException($"tensor '{name}' has the number {array[i].GetRawText()}, which is out of range");
            }
        }

        return numbers;
    }

    /// <summary>The tensors must cover the payload without a gap or an overlap, as the format demands.</summary>
    private void CheckLayout(long payloadBytes)
    {
        long position = 0;
        foreach (Entry entry in entries.Values.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.Begin != position)
            {
                string what = entry.Begin < position ? "overlaps the tensor before it" : "leaves a gap before it";
                throw new FormatException($"tensor '{entry.Tensor.Name}' {what}");
            }

            position = entry.End;
        }

        if (position != payloadBytes)
        {
            throw new FormatException($"the tensors need {position} bytes, the file holds {payloadBytes}");
        }
    }

    /// <summary>A declared tensor and its byte range in the payload.</summary>
    public sealed record Entry(SafetensorsTensor Tensor, long Begin, long End);
}
