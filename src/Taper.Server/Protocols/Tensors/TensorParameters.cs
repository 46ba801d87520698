using System.Text.Json;

namespace Taper.Server.Protocols.Tensors;

/// <summary>The parameters of the binary tensor extension; others are allowed and mean nothing here.</summary>
internal readonly ref struct TensorParameters
{
    /// <summary>Reads a JSON object of parameters.</summary>
    /// <exception cref="RequestException">400: one of ours has a value that it cannot have.</exception>
    public TensorParameters(ref Utf8JsonReader reader)
    {
        JsonInput.RequireObject(ref reader, "'parameters'");
        while (JsonInput.NextName(ref reader))
        {
            if (reader.ValueTextEquals("binary_data_size"u8))
            {
                reader.Read();
                BinarySize = JsonInput.Count(ref reader, "'binary_data_size'", least: 0);
            }
            else if (reader.ValueTextEquals("binary_data"u8))
            {
                reader.Read();
                Binary = JsonInput.Flag(ref reader, "'binary_data'");
            }
            else if (reader.ValueTextEquals("binary_data_output"u8))
            {
                reader.Read();
                BinaryOutput = JsonInput.Flag(ref reader, "'binary_data_output'");
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary><c>binary_data_size</c> of an input.</summary>
    public int? BinarySize { get; }

    /// <summary><c>binary_data</c> of an output.</summary>
    public bool Binary { get; }

    /// <summary><c>binary_data_output</c> of a request.</summary>
    public bool BinaryOutput { get; }
}
